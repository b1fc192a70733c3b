"""Members are found by their street: it comes into the text that is searched."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

LONGEST = 400  # the column's


def upgrade():
    member = sa.table("member", sa.column("search_text", sa.String), sa.column("street", sa.String))
    longer = member.c.search_text + " " + sa.func.lower(member.c.street)
    op.execute(
        member.update()
        .where(member.c.street != "", member.c.search_text != "")
        .values(search_text=sa.func.substr(longer, 1, LONGEST))
    )


def downgrade():
    """Nothing: the text is made anew when a member changes."""
