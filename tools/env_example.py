"""`.env.example`: every setting, commented. `python -m tools.env_example` writes it anew."""

from pathlib import Path

from bot.settings_table import example

PAGE = Path(__file__).parents[1] / ".env.example"

if __name__ == "__main__":
    PAGE.write_text(example())
