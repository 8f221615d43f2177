from pathlib import Path

from tests.browser.browser_world import axe_violations, browser, passkey, served


def test_a_real_browser_asks_a_real_service_and_axe_sees_what_is_wrong(ward: Path) -> None:
    with served(ward) as (origin, _), browser() as opened:
        context = opened.new_context()
        page = context.new_page()
        passkey(context, page)
        told = page.goto(f"{origin}/health/live")
        assert told.json() == {"status": "live"}
        page.set_content("<html lang=en><title>t</title><main><img src='x.png'></main></html>")
        assert any(one.startswith("image-alt") for one in axe_violations(page))
