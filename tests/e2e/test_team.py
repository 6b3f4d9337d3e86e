"""Who does what, who is on duty and who has left, on the phones and in three languages (FC-17)."""

from bot.main import Running
from tests.e2e.acts import files, invite
from tests.phones import Phone, Sandbox, labels


async def test_residents_see_who_does_what_each_in_their_language_and_no_names(
    smith: Phone, chan: Phone, li: Phone
) -> None:
    for phone, service, number in (
        (smith, "Engineering: lifts, water, power", "Service centre: +852 2345 6700"),
        (chan, "工程部：升降機、水電", "客服中心：+852 2345 6700"),
        (li, "工程部：电梯、水、电", "客服中心：+852 2345 6700"),
    ):
        await phone.sends("/who")
        screen = await phone.sees(service, number)
        assert "何" not in screen["text"], "no technician's name"
        assert not labels(screen)


async def test_a_colleague_takes_over_the_duty_and_a_head_gives_it_to_another(
    sandbox: Sandbox, technician: Phone
) -> None:
    head = await sandbox.phone("head")
    await technician.sends("/who")
    await technician.taps("我来值班：工程部")
    await head.sends("/who")
    await head.sees("Engineering", "On duty: 何师傅 Technician He", "Service centre", "On duty: Clerk Lam")
    await head.taps("Who is on duty: Engineering")
    await head.taps("Department Head Zhao")
    await head.sends("/who")
    await head.sees("On duty: Department Head Zhao", "👥 何师傅 Technician He")


async def test_a_new_colleague_is_invited_placed_and_one_day_gone(
    bot: Running, sandbox: Sandbox, director: Phone, smith: Phone
) -> None:
    await invite(bot, "good-one")
    newcomer = await sandbox.newcomer("Ms New")
    await newcomer.sends("/start good-one")
    await director.sends("/team")
    shown = len(await director.screen())
    await director.taps("2/2 ▶")
    await director.taps("Ms New")
    await director.taps("🏢 Department")
    await director.taps("Service centre")
    assert len(await director.screen()) == shown, "one message turns from screen to screen"
    await newcomer.sends("/who")
    await newcomer.taps("Put me on duty: Service centre")

    await director.sends("/team")
    await director.taps("2/2 ▶")
    await director.taps("Ms New · Service centre")
    await director.taps("Has left")
    await director.sees("Has Ms New left?")
    await director.taps("Yes, Ms New has left")
    await director.sees("🚪 Ms New (Service centre) has left the team.")
    clerk = await sandbox.phone("clerk")
    await clerk.sees("You are on duty now: Service centre")

    await files(smith, "The lift is stuck")
    await newcomer.joins(sandbox.group)
    answer = await newcomer.taps("Claim", chat=sandbox.group)
    assert "no longer on our team" in answer["text"]
    await clerk.sees("The lift is stuck", "Claim", chat=sandbox.group)
    await newcomer.sends("I am still here")
    await newcomer.sees("no longer on our team")
