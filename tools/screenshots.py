"""Takes the pictures of the page that the documentation shows, in Debian's Chromium, of the system that its tests look at.

``make screenshots`` runs it; the files are ``docs/page*.png``, of at most 150 kB each.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.chromium.conftest import FLAGS, SIZES  # noqa: E402
from tests.web.chromium.scene import local_chain, tell  # noqa: E402
from zuan.web.serve import Serving  # noqa: E402
from zuan.web.site import Site  # noqa: E402

#: File, path, size, language, theme.
PICTURES = (
    ("page.png", "/", "desktop", "en", "light"),
    ("page-zh.png", "/", "phone", "zh-CN", "dark"),
    ("page-act.png", "/act/redeem?account=alice&amount=10000", "desktop", "en", "light"),
)
_MOST = 150_000


def main() -> None:
    """Takes them all."""
    found = shutil.which("chromium")
    if found is None:
        sys.exit("there is no Chromium here; on Debian: apt-get install chromium fonts-noto-cjk")
    with tempfile.TemporaryDirectory() as folder, local_chain() as chain, sync_playwright() as playwright:
        tell(chain.connection, Path(folder))
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        with Serving(Site.open(chain.connection, Path(folder)), port=0) as serving:
            for name, path, size, language, theme in PICTURES:
                width, height = SIZES[size]
                context = browser.new_context(
                    viewport={"width": width, "height": height}, locale=language, color_scheme=theme
                )
                page = context.new_page()
                # The rating is computed in the background; the picture shows it.
                page.goto(serving.url + "/rating")
                page.locator(".criterion").first.wait_for(timeout=120_000)
                page.goto(serving.url + path)
                page.wait_for_timeout(500)  # scripts dress it
                file = ROOT / "docs" / name
                page.screenshot(path=str(file))
                context.close()
                weight = file.stat().st_size
                print(f"{file.relative_to(ROOT)}: {weight:,} bytes")
                if weight > _MOST:
                    sys.exit(f"{name} is larger than {_MOST:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
