"""The short code of a letter, and the address that a code was sent to when it is not the account's own yet."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("mailed_link", sa.Column("code_hash", sa.String(length=64), nullable=True))
    op.create_index("ix_mailed_link_code_hash", "mailed_link", ["code_hash"], unique=True)
    op.add_column("sign_in_challenge", sa.Column("email", sa.String(length=254), nullable=True))


def downgrade():
    with op.batch_alter_table("sign_in_challenge") as batch:
        batch.drop_column("email")
    op.drop_index("ix_mailed_link_code_hash", "mailed_link")
    with op.batch_alter_table("mailed_link") as batch:
        batch.drop_column("code_hash")
