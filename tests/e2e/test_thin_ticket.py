"""One report travels from a resident's photo to a staff member's answer."""

from tests.phones import JPEG, Phone, Sandbox


async def test_a_photo_becomes_a_ticket_and_its_answer_reaches_the_resident(
    sandbox: Sandbox, smith: Phone, clerk: Phone
) -> None:
    await smith.sends("The staircase light on floor 3 is out", photo=JPEG)
    await smith.sees("What is it about?")
    await smith.taps("Question")
    await smith.sees("This is how we understood it", "The staircase light on floor 3 is out", "Photos: 1")
    await smith.taps("Submit")
    card = await smith.sees("No. HT-2026-0001", "Answer due by", "received")
    await clerk.sees("No. HT-2026-0001", "Mr Smith", "The staircase light", "Claim", chat=sandbox.group)

    answer = await clerk.taps("Claim", chat=sandbox.group)
    assert "HT-2026-0001 is yours now" in answer["text"]
    await clerk.sees("With Clerk Lam", chat=sandbox.group)
    await smith.sees("Clerk Lam 林文員 will see it through to the end")

    await clerk.taps("Answer")
    await clerk.sends("We are changing the lamp today before 18:00.")
    await clerk.sees("This is what the resident will read", "We are changing the lamp")
    await clerk.taps("Send")
    await smith.sees("an answer from Clerk Lam 林文員", "We are changing the lamp today before 18:00.")
    edited = await smith.sees("No. HT-2026-0001", "Answered")
    assert edited["message_id"] == card["message_id"], "the card changes in place"
