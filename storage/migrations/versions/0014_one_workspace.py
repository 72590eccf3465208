"""Slack's people are known by their id alone: an organisation names now one workspace, now another"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NAMES = ("chat", "team", "user", "creator_chat", "creator_team")
_PEOPLE, _DRAFTS, _LINKS = (sa.table(name, *map(sa.column, _NAMES)) for name in ("people", "drafts", "links"))


def upgrade() -> None:
    other = _PEOPLE.alias()
    same = (other.c.chat == _PEOPLE.c.chat) & (other.c.user == _PEOPLE.c.user)
    one_is_kept = sa.exists().where(same, other.c.team < _PEOPLE.c.team)
    in_slack = _PEOPLE.c.chat == "slack"
    op.execute(_PEOPLE.delete().where(in_slack, one_is_kept))
    op.execute(_PEOPLE.update().where(in_slack).values(team=""))
    op.execute(_DRAFTS.update().where(_DRAFTS.c.chat == "slack", _DRAFTS.c.team != "").values(team=""))
    theirs = (_LINKS.c.creator_chat == "slack") & (_LINKS.c.creator_team != "")
    op.execute(_LINKS.update().where(theirs).values(creator_team=""))
