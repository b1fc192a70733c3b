"""All tables as the models say them, by autogenerate; what models cannot say is in 0002 and 0003."""

from alembic import op
import sqlalchemy as sa

from app.models.base import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ab_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('label', sa.String(length=150), nullable=True),
    sa.Column('description', sa.String(length=512), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_permission',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_register_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('registration_date', sa.DateTime(), nullable=True),
    sa.Column('registration_hash', sa.String(length=256), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email'),
    sa.UniqueConstraint('username')
    )
    op.create_table('ab_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('ab_user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_name', sa.String(length=64), nullable=False),
    sa.Column('last_name', sa.String(length=64), nullable=False),
    sa.Column('username', sa.String(length=128), nullable=False),
    sa.Column('password', sa.String(length=256), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('last_login', sa.DateTime(), nullable=True),
    sa.Column('login_count', sa.Integer(), nullable=True),
    sa.Column('fail_login_count', sa.Integer(), nullable=True),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('changed_on', sa.DateTime(), nullable=True),
    sa.Column('created_by_fk', sa.Integer(), nullable=True),
    sa.Column('changed_by_fk', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_fk'], ['ab_user.id'], ),
    sa.ForeignKeyConstraint(['created_by_fk'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email'),
    sa.UniqueConstraint('username')
    )
    op.create_table('ab_view_menu',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('attempt_counter',
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('window_ends_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index('ix_attempt_counter_window_ends_at', 'attempt_counter', ['window_ends_at'])
    op.create_table('audience',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('is_all', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('audit_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor_user_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.String(length=128), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_audit_event_action', 'audit_event', ['action', 'at'])
    op.create_index('ix_audit_event_actor', 'audit_event', ['actor_user_id', 'at'])
    op.create_index('ix_audit_event_actor_name', 'audit_event', ['actor_name', 'at'])
    op.create_index('ix_audit_event_at', 'audit_event', ['at', 'id'])
    op.create_index('ix_audit_event_ip', 'audit_event', ['ip', 'at'])
    op.create_index('ix_audit_event_member', 'audit_event', ['member_id', 'at'])
    op.create_index('ix_audit_event_subject', 'audit_event', ['subject_type', 'subject_id', 'at'])
    op.create_table('availability_tally',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('canned_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('title')
    )
    op.create_table('election',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(length=2), nullable=False),
    sa.Column('voting_on', sa.Date(), nullable=False),
    sa.Column('nomination_on', sa.Date(), nullable=True),
    sa.Column('counting', sa.String(length=3), nullable=False),
    sa.Column('domain_id', sa.String(length=10), nullable=False),
    sa.Column('domain_name', sa.String(length=100), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('facts_en', sa.Text(), nullable=False),
    sa.Column('what_to_bring', sa.Text(), server_default='', nullable=False),
    sa.Column('what_to_bring_en', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('candidates_may_apply', sa.Boolean(), nullable=False),
    sa.Column('availability_opens_at', UtcDateTime(), nullable=True),
    sa.Column('availability_closes_at', UtcDateTime(), nullable=True),
    sa.Column('availability_explanation', sa.Text(), nullable=False),
    sa.Column('availability_explanation_en', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_index('ix_election_voting_on', 'election', ['voting_on'])
    op.create_table('eligibility_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('function',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('capacity', sa.String(length=10), nullable=False),
    sa.Column('needs_training', sa.Boolean(), nullable=False),
    sa.Column('fee', sa.Numeric(precision=8, scale=2), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_table('likeness_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('member_tally',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('needs_bsn', sa.Boolean(), nullable=False),
    sa.Column('is_unchecked', sa.Boolean(), nullable=False),
    sa.Column('lacks_email', sa.Boolean(), nullable=False),
    sa.Column('has_broken_email', sa.Boolean(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('postcode_point',
    sa.Column('postcode', sa.String(length=7), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('postcode')
    )
    op.create_table('subject_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('tag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('work_turn',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('worker_beat',
    sa.Column('worker', sa.String(length=200), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('hears_queue', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('worker')
    )
    op.create_table('ab_api_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('key_hash', sa.String(length=256), nullable=False),
    sa.Column('lookup_hash', sa.String(length=256), nullable=True),
    sa.Column('key_prefix', sa.String(length=16), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_on', sa.DateTime(), nullable=True),
    sa.Column('expires_on', sa.DateTime(), nullable=True),
    sa.Column('revoked_on', sa.DateTime(), nullable=True),
    sa.Column('last_used_on', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('lookup_hash'),
    sa.UniqueConstraint('uuid')
    )
    op.create_index('idx_api_key_lookup_hash', 'ab_api_key', ['lookup_hash'], unique=True)
    op.create_index('idx_api_key_prefix', 'ab_api_key', ['key_prefix'])
    op.create_index('idx_api_key_user_id', 'ab_api_key', ['user_id'])
    op.create_table('ab_group_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('group_id', 'role_id')
    )
    op.create_index('idx_group_id', 'ab_group_role', ['group_id'])
    op.create_index('idx_group_role_id', 'ab_group_role', ['role_id'])
    op.create_table('ab_permission_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_id', sa.Integer(), nullable=False),
    sa.Column('view_menu_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['permission_id'], ['ab_permission.id'], ),
    sa.ForeignKeyConstraint(['view_menu_id'], ['ab_view_menu.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('permission_id', 'view_menu_id')
    )
    op.create_index('idx_permission_id', 'ab_permission_view', ['permission_id'])
    op.create_index('idx_view_menu_id', 'ab_permission_view', ['view_menu_id'])
    op.create_table('ab_user_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['ab_group.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'group_id')
    )
    op.create_index('idx_user_group_id', 'ab_user_group', ['group_id'])
    op.create_index('idx_user_id', 'ab_user_group', ['user_id'])
    op.create_table('ab_user_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'role_id')
    )
    op.create_table('account',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('password_set_at', UtcDateTime(), nullable=True),
    sa.Column('last_sign_in_at', UtcDateTime(), nullable=True),
    sa.Column('switched_off_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id')
    )
    op.create_table('bulk_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('screen', sa.String(length=60), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('query', sa.String(length=2000), nullable=False),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_bulk_run_waiting', 'bulk_run', ['state', 'lease_until'])
    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('is_mailed', sa.Boolean(), nullable=False),
    sa.Column('is_automatic', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('is_all', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_campaign_by_hand', 'campaign', ['id'], sqlite_where=sa.text('is_automatic = 0'), postgresql_where=sa.text('NOT is_automatic'))
    op.create_index('ix_campaign_due', 'campaign', ['state', 'send_at'])
    op.create_index('ix_campaign_election_id', 'campaign', ['election_id'])
    op.create_table('candidate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('list_number', sa.Integer(), nullable=False),
    sa.Column('list_name', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('initials', sa.String(length=40), nullable=False),
    sa.Column('first_name', sa.String(length=80), nullable=False),
    sa.Column('infix', sa.String(length=40), nullable=False),
    sa.Column('surname', sa.String(length=120), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'list_number', 'position')
    )
    op.create_table('declaration_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body_nl', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'kind', 'version')
    )
    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=140), nullable=False),
    sa.Column('title_en', sa.String(length=140), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('is_personal', sa.Boolean(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('search_text', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('publish_from', UtcDateTime(), nullable=True),
    sa.Column('publish_until', UtcDateTime(), nullable=True),
    sa.Column('is_announced', sa.Boolean(), nullable=False),
    sa.Column('announced_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('is_all', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_document_election_id', 'document', ['election_id'])
    op.create_index('ix_document_shown', 'document', ['state', 'publish_from'])
    op.create_table('election_day',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'date')
    )
    op.create_table('eligibility_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=14), nullable=False),
    sa.Column('basis', sa.String(length=6), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('is_blocking', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'code')
    )
    op.create_table('email_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('new_email', sa.String(length=254), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('old_confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('new_confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_email_change_user_id', 'email_change', ['user_id'])
    op.create_index('uq_email_change_open', 'email_change', ['user_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('faq',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('question_en', sa.String(length=200), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answer_en', sa.Text(), nullable=False),
    sa.Column('subject_choice_id', sa.Integer(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['subject_choice_id'], ['subject_choice.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('original_name', sa.String(length=200), nullable=False),
    sa.Column('file_name', sa.String(length=64), nullable=True),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows_new', sa.Integer(), nullable=False),
    sa.Column('rows_changed', sa.Integer(), nullable=False),
    sa.Column('rows_refused', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('kept_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_typed', sa.Text(), nullable=False),
    sa.Column('kept_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('ix_kept_form_kept_at', 'kept_form', ['kept_at'])
    op.create_index('ix_kept_form_user_id', 'kept_form', ['user_id'])
    op.create_table('letter_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('title', sa.String(length=140), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('changed_by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'language')
    )
    op.create_table('news_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('is_pinned', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('search_text', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('publish_from', UtcDateTime(), nullable=True),
    sa.Column('publish_until', UtcDateTime(), nullable=True),
    sa.Column('is_announced', sa.Boolean(), nullable=False),
    sa.Column('announced_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('is_all', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_news_item_published', 'news_item', ['state', 'publish_from'])
    op.create_table('outbound_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('template', sa.String(length=40), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('deduplication_key', sa.String(length=120), nullable=True),
    sa.Column('is_bulk', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('next_attempt_at', UtcDateTime(), nullable=False),
    sa.Column('first_tried_at', UtcDateTime(), nullable=True),
    sa.Column('resends', sa.Integer(), server_default='0', nullable=False),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('deduplication_key')
    )
    op.create_index('ix_outbound_mail_due', 'outbound_mail', ['state', 'is_bulk', 'next_attempt_at'])
    op.create_index('ix_outbound_mail_lease_until', 'outbound_mail', ['lease_until'])
    op.create_index('ix_outbound_mail_user_id', 'outbound_mail', ['user_id'])
    op.create_table('plan_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=False),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_plan_act_election', 'plan_act', ['election_id', 'id'])
    op.create_table('plan_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.Column('published_by_user_id', sa.Integer(), nullable=True),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['published_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'number')
    )
    op.create_table('plan_weight',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'code')
    )
    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('station_ids', sa.JSON(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('keeps_published', sa.Boolean(), nullable=False),
    sa.Column('steps_done', sa.Integer(), nullable=False),
    sa.Column('steps_total', sa.Integer(), nullable=False),
    sa.Column('is_stop_asked', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.Column('failure', sa.String(length=300), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_proposal_election_id', 'proposal', ['election_id'])
    op.create_index('ix_proposal_waiting', 'proposal', ['state', 'lease_until'])
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('screen', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=2000), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'screen', 'name')
    )
    op.create_table('sent_form',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('nonce')
    )
    op.create_index('ix_sent_form_sent_at', 'sent_form', ['sent_at'])
    op.create_index('ix_sent_form_user_id', 'sent_form', ['user_id'])
    op.create_table('sign_in_challenge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('place', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('sealed_secret', sa.String(length=400), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('resends', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('ix_sign_in_challenge_expires_at', 'sign_in_challenge', ['expires_at'])
    op.create_index('ix_sign_in_challenge_user_id', 'sign_in_challenge', ['user_id'])
    op.create_index('uq_sign_in_challenge_open', 'sign_in_challenge', ['user_id', 'purpose', 'place'], unique=True, sqlite_where=sa.text('used_at IS NULL'), postgresql_where=sa.text('used_at IS NULL'))
    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('thanks', sa.Text(), nullable=False),
    sa.Column('thanks_en', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=6), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('closes_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id')
    )
    op.create_table('team_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('is_all', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_team_question_election_id', 'team_question', ['election_id'])
    op.create_table('training_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('explanation_en', sa.Text(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('sign_up_until', UtcDateTime(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('valid_months', sa.Integer(), nullable=True),
    sa.Column('remind_days', sa.Integer(), nullable=True),
    sa.Column('reminded_at', UtcDateTime(), nullable=True),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('cancelled_at', UtcDateTime(), nullable=True),
    sa.Column('cancel_reason', sa.String(length=300), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name='ck_training_session_times'),
    sa.CheckConstraint('taken >= 0 AND taken <= capacity', name='ck_training_session_taken'),
    sa.CheckConstraint('waiting >= 0', name='ck_training_session_waiting'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_training_session_election_id', 'training_session', ['election_id'])
    op.create_index('ix_training_session_starts_at', 'training_session', ['starts_at', 'id'])
    op.create_index('ix_training_session_title', 'training_session', ['title', 'id'])
    op.create_table('user_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('ix_user_session_user_id', 'user_session', ['user_id'])
    op.create_table('ab_permission_view_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('permission_view_id', sa.Integer(), nullable=True),
    sa.Column('role_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['permission_view_id'], ['ab_permission_view.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role_id'], ['ab_role.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('permission_view_id', 'role_id')
    )
    op.create_index('idx_permission_view_id', 'ab_permission_view_role', ['permission_view_id'])
    op.create_index('idx_role_id', 'ab_permission_view_role', ['role_id'])
    op.create_table('appointment_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('only', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=300), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['version_id'], ['plan_version.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_appointment_run_election_id', 'appointment_run', ['election_id'])
    op.create_index('ix_appointment_run_waiting', 'appointment_run', ['state', 'lease_until'])
    op.create_table('appointment_setup',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=20), nullable=False),
    sa.Column('next_number', sa.Integer(), nullable=False),
    sa.Column('mandate', sa.String(length=300), nullable=False),
    sa.Column('signatory_name', sa.String(length=120), nullable=False),
    sa.Column('signatory_role', sa.String(length=120), nullable=False),
    sa.Column('sender_address', sa.Text(), nullable=False),
    sa.Column('answer_until', UtcDateTime(), nullable=True),
    sa.Column('logo_file_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['logo_file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id')
    )
    op.create_index('ix_appointment_setup_logo_file_id', 'appointment_setup', ['logo_file_id'])
    op.create_table('document_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('created_by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('document_id', 'number')
    )
    op.create_index('ix_document_version_file_id', 'document_version', ['file_id'])
    op.create_table('mailed_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('email_change_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['email_change_id'], ['email_change.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index('ix_mailed_link_code_hash', 'mailed_link', ['code_hash'], unique=True)
    op.create_index('ix_mailed_link_user_kind', 'mailed_link', ['user_id', 'kind'])
    op.create_index('uq_mailed_link_open', 'mailed_link', ['user_id', 'kind'], unique=True, sqlite_where=sa.text('used_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('used_at IS NULL AND ended_at IS NULL'))
    op.create_table('member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('member_number', sa.String(length=40), nullable=True),
    sa.Column('initials', sa.String(length=30), nullable=False),
    sa.Column('first_name', sa.String(length=100), nullable=False),
    sa.Column('infix', sa.String(length=30), nullable=False),
    sa.Column('surname', sa.String(length=120), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('mobile', sa.String(length=20), nullable=False),
    sa.Column('street', sa.String(length=120), nullable=False),
    sa.Column('house_number', sa.String(length=10), nullable=False),
    sa.Column('house_number_suffix', sa.String(length=12), nullable=False),
    sa.Column('postcode', sa.String(length=7), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('sealed_iban', sa.String(length=200), nullable=True),
    sa.Column('iban_ending', sa.String(length=4), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('trained_on', sa.Date(), nullable=True),
    sa.Column('trained_until', sa.Date(), nullable=True),
    sa.Column('is_civil_servant', sa.Boolean(), nullable=False),
    sa.Column('languages', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('state_changed_at', UtcDateTime(), nullable=True),
    sa.Column('state_changed_by', sa.String(length=128), server_default='', nullable=False),
    sa.Column('stop_reason', sa.String(length=10), server_default='', nullable=False),
    sa.Column('stop_note', sa.String(length=300), server_default='', nullable=False),
    sa.Column('data_checked_at', UtcDateTime(), nullable=True),
    sa.Column('bsn_known_at', UtcDateTime(), nullable=True),
    sa.Column('bsn_duplicate', sa.Boolean(), nullable=False),
    sa.Column('email_broken_at', UtcDateTime(), nullable=True),
    sa.Column('email_broken_reason', sa.String(length=300), server_default='', nullable=False),
    sa.Column('email_broken_by_report', sa.Boolean(), server_default=sa.text('(false)'), nullable=False),
    sa.Column('search_text', sa.String(length=400), nullable=False),
    sa.Column('import_run_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_number'),
    sa.UniqueConstraint('user_id')
    )
    op.create_index('ix_member_bsn_duplicate', 'member', ['id'], sqlite_where=sa.text('bsn_duplicate = 1'), postgresql_where=sa.text('bsn_duplicate'))
    op.create_index('ix_member_city', 'member', ['city', 'id'])
    op.create_index('ix_member_data_checked_at', 'member', ['data_checked_at', 'id'])
    op.create_index('ix_member_email', 'member', ['email'])
    op.create_index('ix_member_import_run', 'member', ['import_run_id', 'id'])
    op.create_index('ix_member_name', 'member', ['surname', 'first_name', 'id'])
    op.create_index('ix_member_place', 'member', ['latitude', 'longitude', 'id', 'state'])
    op.create_index('ix_member_postcode', 'member', ['postcode', 'id'])
    op.create_index('ix_member_state', 'member', ['state', 'id'])
    op.create_index('ix_member_state_name', 'member', ['state', 'surname', 'first_name', 'id'])
    op.create_table('news_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('caption', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['news_item.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_news_file_file_id', 'news_file', ['file_id'])
    op.create_index('ix_news_file_item_id', 'news_file', ['item_id'])
    op.create_table('polling_station',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(length=8), nullable=False),
    sa.Column('street', sa.String(length=120), nullable=False),
    sa.Column('postcode', sa.String(length=7), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('bag_id', sa.String(length=16), nullable=False),
    sa.Column('address_note', sa.String(length=300), nullable=False),
    sa.Column('latitude', sa.Numeric(precision=9, scale=6), nullable=True),
    sa.Column('longitude', sa.Numeric(precision=9, scale=6), nullable=True),
    sa.Column('rd_x', sa.Numeric(precision=10, scale=3), nullable=True),
    sa.Column('rd_y', sa.Numeric(precision=10, scale=3), nullable=True),
    sa.Column('opens_at', UtcDateTime(), nullable=True),
    sa.Column('closes_at', UtcDateTime(), nullable=True),
    sa.Column('website', sa.String(length=300), nullable=False),
    sa.Column('stops', sa.JSON(), nullable=False),
    sa.Column('accessibility', sa.JSON(), nullable=False),
    sa.Column('information', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(length=300), nullable=False),
    sa.Column('is_count_location', sa.Boolean(), nullable=False),
    sa.Column('voter_count', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=True),
    sa.Column('import_run_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'number')
    )
    op.create_index('ix_polling_station_import_run_id', 'polling_station', ['import_run_id'])
    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('days_before', sa.Integer(), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('skipped_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('campaign_id', 'days_before')
    )
    op.create_index('ix_reminder_send_at', 'reminder', ['send_at'])
    op.create_table('shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.ForeignKeyConstraint(['day_id'], ['election_day.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_shift_day_id', 'shift', ['day_id'])
    op.create_table('survey_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('words_en', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_survey_question_survey_id', 'survey_question', ['survey_id'])
    op.create_table('training_function',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'function_id')
    )
    op.create_index('ix_training_function_function_id', 'training_function', ['function_id'])
    op.create_table('appointment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('decision_number', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('superseded_by_id', sa.Integer(), nullable=True),
    sa.Column('mandate', sa.String(length=300), nullable=False),
    sa.Column('signatory_name', sa.String(length=120), nullable=False),
    sa.Column('signatory_role', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('contacts', sa.JSON(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('on_paper', sa.Boolean(), nullable=False),
    sa.Column('printed_at', UtcDateTime(), nullable=True),
    sa.Column('answer_until', UtcDateTime(), nullable=True),
    sa.Column('answer', sa.String(length=9), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('decline_reason', sa.String(length=300), nullable=False),
    sa.Column('reminded_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['appointment_run.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['superseded_by_id'], ['appointment.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('decision_number'),
    sa.UniqueConstraint('election_id', 'number')
    )
    op.create_index('ix_appointment_answered_at', 'appointment', ['answered_at', 'id'])
    op.create_index('ix_appointment_file_id', 'appointment', ['file_id'])
    op.create_index('ix_appointment_issued_at', 'appointment', ['issued_at', 'id'])
    op.create_index('ix_appointment_member', 'appointment', ['member_id', 'election_id', 'state'])
    op.create_index('ix_appointment_number', 'appointment', ['number', 'id'])
    op.create_index('ix_appointment_run_id', 'appointment', ['run_id'])
    op.create_index('ix_appointment_state', 'appointment', ['election_id', 'state', 'answer'])
    op.create_index('ix_appointment_superseded_by_id', 'appointment', ['superseded_by_id'])
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('is_locked', sa.Boolean(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('changed_by_user_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('starts_at < ends_at', name='ck_assignment_times'),
    sa.ForeignKeyConstraint(['changed_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'shift_id')
    )
    op.create_index('ix_assignment_changed', 'assignment', ['election_id', 'changed_at'])
    op.create_index('ix_assignment_election', 'assignment', ['election_id', 'station_id', 'shift_id'])
    op.create_index('ix_assignment_member', 'assignment', ['member_id', 'election_id'])
    op.create_index('ix_assignment_shift_id', 'assignment', ['shift_id'])
    op.create_index('ix_assignment_station', 'assignment', ['station_id', 'shift_id', 'function_id'])
    op.create_table('availability',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=True),
    sa.Column('entered_by_user_id', sa.Integer(), nullable=True),
    sa.Column('reopened_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['entered_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'election_id')
    )
    op.create_index('ix_availability_election_id', 'availability', ['election_id'])
    op.create_table('bulk_row',
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('reason_values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['bulk_run.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'subject_id')
    )
    op.create_index('ix_bulk_row_member_id', 'bulk_row', ['member_id'])
    op.create_index('ix_bulk_row_state', 'bulk_row', ['run_id', 'state'])
    op.create_table('calendar_link',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_table('candidate_match',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('candidate_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('candidate_id', 'member_id')
    )
    op.create_index('ix_candidate_match_election_id', 'candidate_match', ['election_id'])
    op.create_index('ix_candidate_match_member_id', 'candidate_match', ['member_id'])
    op.create_table('chair_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('about_member_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['about_member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_chair_note_about_member_id', 'chair_note', ['about_member_id'])
    op.create_index('ix_chair_note_election_id', 'chair_note', ['election_id'])
    op.create_index('ix_chair_note_member_id', 'chair_note', ['member_id'])
    op.create_index('ix_chair_note_station_id', 'chair_note', ['station_id'])
    op.create_index('ix_chair_note_written_at', 'chair_note', ['written_at', 'id'])
    op.create_table('committee_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'member_id')
    )
    op.create_index('ix_committee_seat_member_id', 'committee_seat', ['member_id'])
    op.create_table('couple',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id'),
    sa.UniqueConstraint('other_id')
    )
    op.create_table('declaration',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=False),
    sa.Column('is_given', sa.Boolean(), nullable=False),
    sa.Column('given_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['text_id'], ['declaration_text.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'text_id')
    )
    op.create_index('ix_declaration_election_id', 'declaration', ['election_id'])
    op.create_index('ix_declaration_member', 'declaration', ['member_id', 'election_id'])
    op.create_table('document_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('document_id', 'member_id')
    )
    op.create_index('ix_document_grant_file_id', 'document_grant', ['file_id'])
    op.create_index('ix_document_grant_member_id', 'document_grant', ['member_id'])
    op.create_table('document_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('first_read_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'document_id', 'version_number')
    )
    op.create_index('ix_document_reading_document_id', 'document_reading', ['document_id'])
    op.create_table('eligibility_finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('is_blocking', sa.Boolean(), nullable=False),
    sa.Column('cause', sa.String(length=40), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('found_at', UtcDateTime(), nullable=False),
    sa.Column('overridden_at', UtcDateTime(), nullable=True),
    sa.Column('overridden_by_user_id', sa.Integer(), nullable=True),
    sa.Column('override_reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['overridden_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['rule_id'], ['eligibility_rule.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'rule_id')
    )
    op.create_index('ix_eligibility_finding_election', 'eligibility_finding', ['election_id', 'member_id'])
    op.create_index('ix_eligibility_finding_rule_id', 'eligibility_finding', ['rule_id'])
    op.create_table('import_leftover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_run_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_import_leftover_import_run_id', 'import_leftover', ['import_run_id'])
    op.create_index('ix_import_leftover_member_id', 'import_leftover', ['member_id'])
    op.create_index('ix_import_leftover_station_id', 'import_leftover', ['station_id'])
    op.create_table('member_identity',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('sealed_bsn', sa.String(length=200), nullable=False),
    sa.Column('lookup_hash', sa.String(length=64), nullable=True),
    sa.Column('duplicate_hash', sa.String(length=64), nullable=True),
    sa.Column('key_id', sa.String(length=20), nullable=False),
    sa.Column('supplied_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id'),
    sa.UniqueConstraint('lookup_hash')
    )
    op.create_index('ix_member_identity_duplicate_hash', 'member_identity', ['duplicate_hash'])
    op.create_index('ix_member_identity_key_id', 'member_identity', ['key_id'])
    op.create_table('member_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('author_user_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_member_note_member_id', 'member_note', ['member_id'])
    op.create_table('member_tag',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tag.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('member_id', 'tag_id')
    )
    op.create_index('ix_member_tag_tag_id', 'member_tag', ['tag_id'])
    op.create_table('merged_member',
    sa.Column('old_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('old_user_id', sa.Integer(), nullable=False),
    sa.Column('old_user_name', sa.String(length=64), nullable=False),
    sa.Column('member_number', sa.String(length=40), nullable=True),
    sa.Column('merged_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('old_id')
    )
    op.create_index('ix_merged_member_member_id', 'merged_member', ['member_id'])
    op.create_index('ix_merged_member_member_number', 'merged_member', ['member_number'])
    op.create_table('muted_kind',
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('member_id', 'kind')
    )
    op.create_table('need_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('station_type', sa.String(length=8), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.CheckConstraint('minimum >= 0 AND target >= minimum AND target <= 500', name='ck_need_template_enough'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('election_id', 'station_type', 'shift_id', 'function_id')
    )
    op.create_table('news_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['news_item.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'item_id')
    )
    op.create_index('ix_news_reading_item_id', 'news_reading', ['item_id'])
    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('campaign_id', 'member_id')
    )
    op.create_index('ix_notification_member', 'notification', ['member_id', 'created_at'])
    op.create_table('plan_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('act_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['act_id'], ['plan_act.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_plan_step_act_id', 'plan_step', ['act_id'])
    op.create_index('ix_plan_step_assignment_id', 'plan_step', ['assignment_id'])
    op.create_index('ix_plan_step_member_id', 'plan_step', ['member_id'])
    op.create_table('profile_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('old_value', sa.Text(), nullable=False),
    sa.Column('new_value', sa.Text(), nullable=False),
    sa.Column('changed_by_user_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('delete_after', sa.Date(), nullable=False),
    sa.Column('import_run_id', sa.Integer(), nullable=True),
    sa.Column('old_sealed', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['changed_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_profile_change_changed_at', 'profile_change', ['changed_at', 'id'])
    op.create_index('ix_profile_change_delete_after', 'profile_change', ['delete_after'])
    op.create_index('ix_profile_change_import_run', 'profile_change', ['import_run_id', 'member_id'])
    op.create_index('ix_profile_change_member_id', 'profile_change', ['member_id'])
    op.create_table('proposed_place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_proposed_place_member_id', 'proposed_place', ['member_id'])
    op.create_index('ix_proposed_place_station', 'proposed_place', ['proposal_id', 'station_id'])
    op.create_table('published_place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('since_version_id', sa.Integer(), nullable=False),
    sa.Column('until_version_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['since_version_id'], ['plan_version.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['until_version_id'], ['plan_version.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_published_place_assignment_id', 'published_place', ['assignment_id'])
    op.create_index('ix_published_place_election', 'published_place', ['election_id', 'until_version_id'])
    op.create_index('ix_published_place_member', 'published_place', ['member_id', 'election_id', 'until_version_id'])
    op.create_index('ix_published_place_station_id', 'published_place', ['station_id'])
    op.create_table('reserve',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=3), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'shift_id')
    )
    op.create_index('ix_reserve_election', 'reserve', ['election_id', 'state'])
    op.create_index('ix_reserve_shift', 'reserve', ['shift_id', 'state', 'member_id'])
    op.create_index('ix_reserve_since', 'reserve', ['since', 'id'])
    op.create_table('service',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('election_name', sa.String(length=200), nullable=False),
    sa.Column('worked_on', sa.Date(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('station_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_service_election_id', 'service', ['election_id'])
    op.create_index('ix_service_function', 'service', ['member_id', 'function_id', 'station_id'])
    op.create_index('ix_service_station', 'service', ['station_id', 'member_id'])
    op.create_index('ix_service_station_name', 'service', ['station_name', 'member_id'])
    op.create_table('staffing_need',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.CheckConstraint('minimum >= 0 AND target >= minimum AND target <= 500', name='ck_staffing_need_enough'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('station_id', 'shift_id', 'function_id')
    )
    op.create_index('ix_staffing_need_election', 'staffing_need', ['election_id', 'shift_id', 'function_id'])
    op.create_index('uq_staffing_need_central', 'staffing_need', ['shift_id', 'function_id'], unique=True, sqlite_where=sa.text('station_id IS NULL'), postgresql_where=sa.text('station_id IS NULL'))
    op.create_table('station_access',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('given_at', UtcDateTime(), nullable=False),
    sa.Column('given_by_user_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['given_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('station_id', 'on_date', 'member_id')
    )
    op.create_index('ix_station_access_member_id', 'station_access', ['member_id'])
    op.create_table('station_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_run_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('old_values', sa.JSON(), nullable=False),
    sa.Column('new_values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_station_change_import_run_id', 'station_change', ['import_run_id'])
    op.create_index('ix_station_change_station_id', 'station_change', ['station_id'])
    op.create_table('survey_answer',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['survey_question.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_with_rowid=False
    )
    op.create_index('ix_survey_answer_question', 'survey_answer', ['question_id', 'station_id'])
    op.create_table('survey_reply',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('survey_id', 'member_id'),
    sqlite_with_rowid=False
    )
    op.create_index('ix_survey_reply_member_id', 'survey_reply', ['member_id'])
    op.create_table('thread',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('subject_choice_id', sa.Integer(), nullable=True),
    sa.Column('election_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('assignee_user_id', sa.Integer(), nullable=True),
    sa.Column('claimed_at', UtcDateTime(), nullable=True),
    sa.Column('is_from_team', sa.Boolean(), nullable=False),
    sa.Column('team_question_id', sa.Integer(), nullable=True),
    sa.Column('is_unread_by_team', sa.Boolean(), nullable=False),
    sa.Column('is_unread_by_member', sa.Boolean(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_message_at', UtcDateTime(), nullable=False),
    sa.Column('waiting_since', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('search_text', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['assignee_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['thread.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subject_choice_id'], ['subject_choice.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_question_id'], ['team_question.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('team_question_id', 'member_id')
    )
    op.create_index('ix_thread_assignee_user_id', 'thread', ['assignee_user_id'])
    op.create_index('ix_thread_by_created_at', 'thread', ['created_at', 'id'])
    op.create_index('ix_thread_by_last_message_at', 'thread', ['last_message_at', 'id'])
    op.create_index('ix_thread_by_state', 'thread', ['state', 'id'])
    op.create_index('ix_thread_by_subject', 'thread', ['subject', 'id'])
    op.create_index('ix_thread_by_waiting_since', 'thread', ['waiting_since', 'id'])
    op.create_index('ix_thread_election_id', 'thread', ['election_id'])
    op.create_index('ix_thread_member', 'thread', ['member_id', 'last_message_at'])
    op.create_index('ix_thread_merged', 'thread', ['merged_into_id'], sqlite_where=sa.text('merged_into_id IS NOT NULL'), postgresql_where=sa.text('merged_into_id IS NOT NULL'))
    op.create_index('ix_thread_state', 'thread', ['state', 'last_message_at'])
    op.create_table('training_result',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('passed_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('noted_at', UtcDateTime(), nullable=False),
    sa.Column('noted_by_user_id', sa.Integer(), nullable=True),
    sa.Column('import_run_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_run_id'], ['import_run.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('session_id', 'member_id')
    )
    op.create_index('ix_training_result_import_run_id', 'training_result', ['import_run_id'])
    op.create_index('ix_training_result_member', 'training_result', ['member_id', 'passed_on'])
    op.create_index('ix_training_result_passed_on', 'training_result', ['passed_on', 'id'])
    op.create_table('training_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('queued_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=7), nullable=False),
    sa.Column('outcome_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('session_id', 'member_id')
    )
    op.create_index('ix_training_seat_member', 'training_seat', ['member_id', 'state'])
    op.create_index('ix_training_seat_queue', 'training_seat', ['session_id', 'state', 'queued_at', 'id'])
    op.create_index('ix_training_seat_queued_at', 'training_seat', ['queued_at', 'id'])
    op.create_table('appointed_place',
    sa.Column('appointment_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.String(length=13), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['place_id'], ['published_place.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('appointment_id', 'place_id')
    )
    op.create_index('ix_appointed_place_member_id', 'appointed_place', ['member_id'])
    op.create_index('ix_appointed_place_place_id', 'appointed_place', ['place_id'])
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('function_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('expected_at', UtcDateTime(), nullable=True),
    sa.Column('arrived_at', UtcDateTime(), nullable=True),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.Column('spells', sa.JSON(), nullable=False),
    sa.Column('voter_name', sa.String(length=120), nullable=False),
    sa.Column('voter_key', sa.String(length=40), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('noted_by_user_id', sa.Integer(), nullable=True),
    sa.Column('noted_at', UtcDateTime(), nullable=True),
    sa.Column('last_key', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['noted_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['place_id'], ['published_place.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['replaces_id'], ['attendance.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('station_id', 'shift_id', 'member_id'),
    sa.UniqueConstraint('voter_key')
    )
    op.create_index('ix_attendance_election', 'attendance', ['election_id', 'station_id'])
    op.create_index('ix_attendance_member', 'attendance', ['member_id', 'election_id'])
    op.create_index('ix_attendance_place_id', 'attendance', ['place_id'])
    op.create_index('ix_attendance_replaces_id', 'attendance', ['replaces_id'])
    op.create_index('ix_attendance_shift_id', 'attendance', ['shift_id'])
    op.create_table('availability_shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('availability_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=5), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['availability_id'], ['availability.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('availability_id', 'shift_id')
    )
    op.create_index('ix_availability_shift_answer', 'availability_shift', ['shift_id', 'answer', 'member_id'])
    op.create_index('ix_availability_shift_member', 'availability_shift', ['member_id', 'shift_id', 'answer'])
    op.create_table('internal_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('author_user_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['author_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_internal_note_thread_id', 'internal_note', ['thread_id'])
    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('author_user_id', sa.Integer(), nullable=True),
    sa.Column('is_team', sa.Boolean(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['author_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_message_member_id', 'message', ['member_id'])
    op.create_index('ix_message_thread', 'message', ['thread_id', 'created_at'])
    op.create_table('message_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('user_id', 'place')
    )
    op.create_index('ix_message_draft_saved_at', 'message_draft', ['saved_at'])
    op.create_index('ix_message_draft_thread_id', 'message_draft', ['thread_id'])
    op.create_table('notification_mail',
    sa.Column('notification_id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('reminder_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['mail_id'], ['outbound_mail.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['notification_id'], ['notification.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reminder_id'], ['reminder.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('notification_id', 'mail_id')
    )
    op.create_index('ix_notification_mail_mail_id', 'notification_mail', ['mail_id'])
    op.create_index('ix_notification_mail_member_id', 'notification_mail', ['member_id'])
    op.create_index('ix_notification_mail_reminder_id', 'notification_mail', ['reminder_id'])
    op.create_table('preferred_function',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('availability_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['availability_id'], ['availability.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('availability_id', 'function_id')
    )
    op.create_index('ix_preferred_function_member', 'preferred_function', ['member_id', 'function_id', 'rank'])
    op.create_table('preferred_station',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('availability_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['availability_id'], ['availability.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('availability_id', 'station_id')
    )
    op.create_index('ix_preferred_station_member_id', 'preferred_station', ['member_id'])
    op.create_index('ix_preferred_station_station', 'preferred_station', ['station_id', 'member_id', 'rank'])
    op.create_table('vacancy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('left_member_id', sa.Integer(), nullable=False),
    sa.Column('appointment_id', sa.Integer(), nullable=True),
    sa.Column('cause', sa.String(length=9), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('opened_by_user_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=6), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('filled_by_member_id', sa.Integer(), nullable=True),
    sa.Column('act_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['act_id'], ['plan_act.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['filled_by_member_id'], ['member.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['left_member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['run_id'], ['appointment_run.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_vacancy_act_id', 'vacancy', ['act_id'])
    op.create_index('ix_vacancy_appointment_id', 'vacancy', ['appointment_id'])
    op.create_index('ix_vacancy_election', 'vacancy', ['election_id', 'state', 'starts_at'])
    op.create_index('ix_vacancy_filled_by_member_id', 'vacancy', ['filled_by_member_id'])
    op.create_index('ix_vacancy_left_member_id', 'vacancy', ['left_member_id'])
    op.create_index('ix_vacancy_opened_at', 'vacancy', ['opened_at', 'id'])
    op.create_index('ix_vacancy_run_id', 'vacancy', ['run_id'])
    op.create_index('ix_vacancy_shift_id', 'vacancy', ['shift_id'])
    op.create_index('ix_vacancy_starts_at', 'vacancy', ['starts_at', 'id'])
    op.create_index('ix_vacancy_state', 'vacancy', ['state', 'starts_at'])
    op.create_index('ix_vacancy_station_id', 'vacancy', ['station_id'])
    op.create_table('worked_hours',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('shift_id', sa.Integer(), nullable=False),
    sa.Column('function_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('is_absent', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('confirmed_by_user_id', sa.Integer(), nullable=True),
    sa.Column('service_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['confirmed_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('member_id', 'shift_id')
    )
    op.create_index('ix_worked_hours_election', 'worked_hours', ['election_id', 'state', 'member_id'])
    op.create_index('ix_worked_hours_minutes', 'worked_hours', ['minutes', 'id'])
    op.create_index('ix_worked_hours_service_id', 'worked_hours', ['service_id'])
    op.create_index('ix_worked_hours_shift_id', 'worked_hours', ['shift_id'])
    op.create_index('ix_worked_hours_starts_at', 'worked_hours', ['starts_at', 'id'])
    op.create_index('ix_worked_hours_station_id', 'worked_hours', ['station_id'])
    op.create_table('attendance_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('attendance_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=True),
    sa.Column('noted_at', UtcDateTime(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('amends_key', sa.String(length=40), nullable=True),
    sa.Column('function_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['attendance_id'], ['attendance.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['function_id'], ['function.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['station_id'], ['polling_station.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index('ix_attendance_event_attendance', 'attendance_event', ['attendance_id', 'noted_at', 'id'])
    op.create_index('ix_attendance_event_station', 'attendance_event', ['station_id', 'received_at'])
    op.create_table('message_attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name='fk_message_attachment_document', ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_message_attachment_document_id', 'message_attachment', ['document_id'])
    op.create_index('ix_message_attachment_file_id', 'message_attachment', ['file_id'])
    op.create_index('ix_message_attachment_member_id', 'message_attachment', ['member_id'])
    op.create_index('ix_message_attachment_message_id', 'message_attachment', ['message_id'])
    op.create_table('replacement_ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('vacancy_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('channel', sa.String(length=5), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('asked_by_user_id', sa.Integer(), nullable=True),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_user_id'], ['ab_user.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['vacancy_id'], ['vacancy.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_replacement_ask_asked_at', 'replacement_ask', ['asked_at', 'id'])
    op.create_index('ix_replacement_ask_due', 'replacement_ask', ['state', 'until'])
    op.create_index('ix_replacement_ask_member', 'replacement_ask', ['member_id', 'state'])
    op.create_index('ix_replacement_ask_vacancy', 'replacement_ask', ['vacancy_id', 'state'])
    op.create_index('uq_replacement_ask_open', 'replacement_ask', ['vacancy_id', 'member_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))


def downgrade():
    op.drop_table('replacement_ask')
    op.drop_table('message_attachment')
    op.drop_table('attendance_event')
    op.drop_table('worked_hours')
    op.drop_table('vacancy')
    op.drop_table('preferred_station')
    op.drop_table('preferred_function')
    op.drop_table('notification_mail')
    op.drop_table('message_draft')
    op.drop_table('message')
    op.drop_table('internal_note')
    op.drop_table('availability_shift')
    op.drop_table('attendance')
    op.drop_table('appointed_place')
    op.drop_table('training_seat')
    op.drop_table('training_result')
    op.drop_table('thread')
    op.drop_table('survey_reply')
    op.drop_table('survey_answer')
    op.drop_table('station_change')
    op.drop_table('station_access')
    op.drop_table('staffing_need')
    op.drop_table('service')
    op.drop_table('reserve')
    op.drop_table('published_place')
    op.drop_table('proposed_place')
    op.drop_table('profile_change')
    op.drop_table('plan_step')
    op.drop_table('notification')
    op.drop_table('news_reading')
    op.drop_table('need_template')
    op.drop_table('muted_kind')
    op.drop_table('merged_member')
    op.drop_table('member_tag')
    op.drop_table('member_note')
    op.drop_table('member_identity')
    op.drop_table('import_leftover')
    op.drop_table('eligibility_finding')
    op.drop_table('document_reading')
    op.drop_table('document_grant')
    op.drop_table('declaration')
    op.drop_table('couple')
    op.drop_table('committee_seat')
    op.drop_table('chair_note')
    op.drop_table('candidate_match')
    op.drop_table('calendar_link')
    op.drop_table('bulk_row')
    op.drop_table('availability')
    op.drop_table('assignment')
    op.drop_table('appointment')
    op.drop_table('training_function')
    op.drop_table('survey_question')
    op.drop_table('shift')
    op.drop_table('reminder')
    op.drop_table('polling_station')
    op.drop_table('news_file')
    op.drop_table('member')
    op.drop_table('mailed_link')
    op.drop_table('document_version')
    op.drop_table('appointment_setup')
    op.drop_table('appointment_run')
    op.drop_table('ab_permission_view_role')
    op.drop_table('user_session')
    op.drop_table('training_session')
    op.drop_table('team_question')
    op.drop_table('survey')
    op.drop_table('stored_file')
    op.drop_table('sign_in_challenge')
    op.drop_table('sent_form')
    op.drop_table('saved_view')
    op.drop_table('proposal')
    op.drop_table('plan_weight')
    op.drop_table('plan_version')
    op.drop_table('plan_act')
    op.drop_table('outbound_mail')
    op.drop_table('news_item')
    op.drop_table('letter_text')
    op.drop_table('kept_form')
    op.drop_table('import_run')
    op.drop_table('faq')
    op.drop_table('email_change')
    op.drop_table('eligibility_rule')
    op.drop_table('election_day')
    op.drop_table('document')
    op.drop_table('declaration_text')
    op.drop_table('candidate')
    op.drop_table('campaign')
    op.drop_table('bulk_run')
    op.drop_table('account')
    op.drop_table('ab_user_role')
    op.drop_table('ab_user_group')
    op.drop_table('ab_permission_view')
    op.drop_table('ab_group_role')
    op.drop_table('ab_api_key')
    op.drop_table('worker_beat')
    op.drop_table('work_turn')
    op.drop_table('tag')
    op.drop_table('subject_choice')
    op.drop_table('postcode_point')
    op.drop_table('member_tally')
    op.drop_table('likeness_mark')
    op.drop_table('function')
    op.drop_table('eligibility_mark')
    op.drop_table('election')
    op.drop_table('canned_answer')
    op.drop_table('availability_tally')
    op.drop_table('audit_event')
    op.drop_table('audience')
    op.drop_table('attempt_counter')
    op.drop_table('ab_view_menu')
    op.drop_table('ab_user')
    op.drop_table('ab_role')
    op.drop_table('ab_register_user')
    op.drop_table('ab_permission')
    op.drop_table('ab_group')
