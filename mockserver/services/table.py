"""What an accepted call does: one function for each action of the operations' rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts import Call
from mockserver.exchange.response import Response
from mockserver.memory.agenda import Due
from mockserver.memory.world import World
from mockserver.services.flow_service import explore as exploring
from mockserver.services.flow_service import flows, resources, runs, schedule, specs
from mockserver.services.ims import actions as ims
from mockserver.services.sandboxes import actions as sandboxes
from mockserver.services.zoho import crm as zoho_crm
from mockserver.services.zoho import oauth as zoho_accounts

__all__ = ["ACTIONS", "STEPS"]

ACTIONS: Mapping[str, Callable[[World, Call], Response]] = {
    "create": resources.create,
    "retrieve": resources.retrieve,
    "patch": resources.patch,
    "delete": resources.delete,
    "list": resources.list_all,
    "search": resources.search,
    "transition": resources.transition,
    "test": exploring.test,
    "explore": exploring.explore,
    "configs": exploring.configs,
    "create_spec": specs.create,
    "replace_spec": specs.replace,
    "create_flow": flows.create,
    "create_run": runs.create,
    "update_run": runs.update,
    "trigger_again": runs.trigger_again,
    "issue_token": ims.issue,
    "exchange_jwt": ims.exchange_jwt,
    "list_active_sandboxes": sandboxes.list_active,
    "list_sandboxes": sandboxes.list_all,
    "list_sandbox_types": sandboxes.list_types,
    "create_sandbox": sandboxes.create,
    "retrieve_sandbox": sandboxes.retrieve,
    "rename_sandbox": sandboxes.rename,
    "reset_sandbox": sandboxes.reset,
    "delete_sandbox": sandboxes.delete,
    "zoho_token": zoho_accounts.token,
    "zoho_revoke": zoho_accounts.revoke,
    "zoho_authorize": zoho_accounts.authorize,
    "zoho_server_info": zoho_accounts.server_info,
    "zoho_modules": zoho_crm.modules,
    "zoho_module": zoho_crm.module,
    "zoho_fields": zoho_crm.fields,
    "zoho_org": zoho_crm.org,
    "zoho_users": zoho_crm.users,
    "zoho_user": zoho_crm.user,
    "zoho_coql": zoho_crm.coql,
    "zoho_records": zoho_crm.records,
    "zoho_search": zoho_crm.search,
    "zoho_deleted": zoho_crm.deleted,
    "zoho_count": zoho_crm.count,
    "zoho_record": zoho_crm.record,
}

STEPS: Mapping[str, Callable[[World, Due], None]] = {
    "scheduled": schedule.run_by_schedule,
    "started": runs.start,
    "finished": runs.finish,
    "sandbox_ready": sandboxes.become_active,
}
"""What happens by itself when the mock's clock comes to it."""
