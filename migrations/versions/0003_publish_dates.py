"""Documents name their period as general messages do: publish_from and publish_until."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMES = {"visible_from": "publish_from", "visible_until": "publish_until"}


def upgrade():
    for before, after in NAMES.items():
        op.execute(f"ALTER TABLE document RENAME COLUMN {before} TO {after}")


def downgrade():
    for before, after in NAMES.items():
        op.execute(f"ALTER TABLE document RENAME COLUMN {after} TO {before}")
