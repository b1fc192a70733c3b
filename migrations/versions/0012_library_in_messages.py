"""A document of the library can go with a message."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("message_attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_message_attachment_document_id"), ["document_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_message_attachment_document", "document", ["document_id"], ["id"], ondelete="SET NULL"
        )


def downgrade():
    with op.batch_alter_table("message_attachment", schema=None) as batch_op:
        batch_op.drop_constraint("fk_message_attachment_document", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_message_attachment_document_id"))
        batch_op.drop_column("document_id")
