// The control interface of the sandbox, as the page uses it.

/** Return what the control interface answers; a body makes it a POST. Throws an Error that says what was wrong. */
export async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(`/sandbox/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Do something of that kind; what goes wrong is shown at the foot of the page, and the result is null. */
export async function attempt(work) {
  const notice = document.getElementById("notice");
  try {
    notice.hidden = true;
    return await work();
  } catch (error) {
    notice.textContent = error.message;
    notice.hidden = false;
    return null;
  }
}
