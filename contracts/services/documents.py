"""Who says so: the documents that rules and contradictions name, and the error that most rules are answered with."""

from __future__ import annotations

__all__ = [
    "ACTIVATE_FILES",
    "AD_HOC",
    "AEPP",
    "API_REFERENCES",
    "BATCH_DESTINATIONS",
    "CATALOG",
    "CATALOG_DATASETS",
    "CATALOG_PAGES",
    "COLLECT",
    "CREATE_DATASET_BASE",
    "CREATE_RUNS",
    "DATA_ACCESS",
    "DATA_PREP",
    "DATA_PREP_PAGES",
    "DELETE",
    "DEP",
    "DESTINATIONS",
    "DESTINATION_GUIDES",
    "DRAFT",
    "DSW",
    "EDIT_DESTINATION",
    "EMAIL_MARKETING",
    "ENCRYPTION",
    "ERRORS_PAGE",
    "EXPLORE",
    "EXPORT_DATASETS",
    "FILTER",
    "FLOW_SERVICE",
    "FLOW_SPECS",
    "FUNDAMENTALS",
    "IMS",
    "IMS_USERS",
    "INVALID",
    "JWT",
    "LABELS",
    "LANDING_ZONE",
    "LAVA",
    "MAILCHIMP",
    "MIGRATION_GUIDE",
    "MONITOR",
    "NONE",
    "ON_DEMAND",
    "PARQUET",
    "PLAYBOOKS",
    "POSTMAN",
    "POSTMAN_REGISTRY",
    "PRIVATE_LINK",
    "RECORDED_DESCRIPTORS",
    "RECORDED_LISTS",
    "RECORDED_PAGE",
    "RECORDED_REGISTRY",
    "RETENTION",
    "RETRY",
    "RFC_JSON",
    "RFC_OAUTH",
    "ROW_FILTER",
    "SALESFORCE",
    "SANDBOXES",
    "SANDBOX_API",
    "SANDBOX_QUERIES",
    "SCHEMA_ERRORS",
    "SCHEMA_PAGES",
    "SCHEMA_REGISTRY",
    "SOURCES_ERRORS",
    "SOURCES_SDK",
    "SOURCE_PAGES",
    "STREAMING",
    "STREAMING_DESTINATIONS",
    "STREAMING_MESSAGES",
    "STREAMING_PAGE",
    "STREAMING_RECORDS",
    "STREAMING_VALIDATION",
    "TROUBLESHOOTING",
    "TUTORIALS",
    "UPDATE",
    "UPDATE_DESTINATION",
    "UPDATE_FLOWS",
    "UPDATE_SPECS",
    "ZOHO",
    "ZOHO_ACCOUNTS",
    "ZOHO_COQL",
    "ZOHO_CRM",
    "ZOHO_ERRORS",
    "ZOHO_MULTI_DC",
    "ZOHO_PAGES_RECORDED",
    "ZOHO_SEARCH",
]

INVALID = "FLOW-1100-400"
TROUBLESHOOTING = "AdobeDocs/experience-platform.en help/landing/troubleshooting.md"
ERRORS_PAGE = "AdobeDocs/experience-platform.en help/sources/errors/flow-service-errors.md"
FLOW_SERVICE = "AdobeDocs/experience-platform-apis static/swagger-specs/flow-service.yaml"
DESTINATIONS = "AdobeDocs/experience-platform-apis static/swagger-specs/destinations.yaml"
ZOHO = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/crm/zoho.md"
UPDATE = "AdobeDocs/experience-platform.en help/sources/tutorials/api/update.md"
FILTER = "AdobeDocs/experience-platform.en help/dataflows/api/sort-and-filter.md"
LAVA = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/loyalty/lava.md"
SOURCE_PAGES = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/"
DRAFT = "AdobeDocs/experience-platform.en help/sources/tutorials/api/draft.md"
FLOW_SPECS = "AdobeDocs/experience-platform.en help/sources/sources-sdk/api/update-flow-specs.md"
ON_DEMAND = "AdobeDocs/experience-platform.en help/sources/tutorials/api/on-demand-ingestion.md"
RFC_JSON = "RFC 8259"
RFC_OAUTH = "RFC 6749"
IMS = "AdobeDocs/adobe-dev-console src/pages/guides/authentication/ServerToServerAuthentication/IMS.md"
IMS_USERS = "AdobeDocs/adobe-dev-console src/pages/guides/authentication/UserAuthentication/IMS.md"
JWT = "AdobeDocs/adobe-dev-console src/pages/guides/authentication/JWT/index.md"
SANDBOXES = "AdobeDocs/experience-platform.en help/sandboxes/api/sandboxes.md"
SANDBOX_QUERIES = "AdobeDocs/experience-platform.en help/sandboxes/api/appendix.md"
SANDBOX_API = "AdobeDocs/experience-platform-apis static/swagger-specs/sandbox.yaml"
SOURCES_ERRORS = "AdobeDocs/experience-platform.en help/sources/errors/sources-errors.md"
COLLECT = "AdobeDocs/experience-platform.en help/sources/tutorials/api/collect/"
EXPLORE = "AdobeDocs/experience-platform.en help/sources/tutorials/api/explore/"
ROW_FILTER = "AdobeDocs/experience-platform.en help/sources/tutorials/api/filter.md"
UPDATE_FLOWS = "AdobeDocs/experience-platform.en help/sources/tutorials/api/update-dataflows.md"
UPDATE_SPECS = "AdobeDocs/experience-platform.en help/sources/sources-sdk/api/update-connection-specs.md"
ZOHO_ACCOUNTS = "zoho.com/accounts/protocol/oauth/web-apps.html"
ZOHO_ERRORS = "zoho.com/crm/developer/docs/api/v2.1/access-refresh.html"
ZOHO_MULTI_DC = "zoho.com/accounts/protocol/oauth/multi-dc.html"
ZOHO_CRM = "zoho.com/crm/developer/docs/api/v8/"
ZOHO_COQL = "zoho.com/crm/developer/docs/api/v7/Get-Records-through-COQL-Query.html"
TUTORIALS = "AdobeDocs/experience-platform.en help/sources/tutorials/api/"
DESTINATION_GUIDES = "AdobeDocs/experience-platform.en help/destinations/api/"
LABELS = TUTORIALS + "labels.md"
RETRY = TUTORIALS + "retry-flows.md"
DELETE = TUTORIALS + "delete.md"
CREATE_RUNS = TUTORIALS + "create-flow-runs.md"
CREATE_DATASET_BASE = TUTORIALS + "create-dataset-base-connection.md"
SALESFORCE = TUTORIALS + "create/crm/salesforce.md"
ACTIVATE_FILES = DESTINATION_GUIDES + "activate-segments-file-based-destinations.md"
AD_HOC = DESTINATION_GUIDES + "ad-hoc-activation-api.md"
BATCH_DESTINATIONS = DESTINATION_GUIDES + "connect-activate-batch-destinations.md"
EMAIL_MARKETING = DESTINATION_GUIDES + "email-marketing-api.md"
MIGRATION_GUIDE = DESTINATION_GUIDES + "api-migration-guide-cloud-storage-destinations.md"
EXPORT_DATASETS = DESTINATION_GUIDES + "export-datasets.md"
STREAMING_DESTINATIONS = DESTINATION_GUIDES + "streaming-destinations.md"
EDIT_DESTINATION = DESTINATION_GUIDES + "edit-destination.md"
UPDATE_DESTINATION = DESTINATION_GUIDES + "update-destination-dataflows.md"
FUNDAMENTALS = "AdobeDocs/experience-platform.en help/landing/api-fundamentals.md"
POSTMAN = "adobe/experience-platform-postman-samples Flow Service API.postman_collection.json"
POSTMAN_REGISTRY = "adobe/experience-platform-postman-samples Schema Registry API Tutorial.postman_collection.json"
_COLLECTIONS = "adobe/experience-platform-postman-samples "
POSTMAN_DEEP_DIVE = _COLLECTIONS + "Deep_Dive.postman_collection.json"
POSTMAN_LUMA = _COLLECTIONS + "Luma_Sales_Schema_with_Red_Schemas.json"
POSTMAN_STREAMING = _COLLECTIONS + "Check_Streaming_to_Profile.json"
POSTMAN_IDENTITIES = _COLLECTIONS + "Create XDM 0.9.9.9 Profile Identity Link Dataset using IdentityMap"
DSW = "adobe/experience-platform-dsw-reference bootstrap/bootstrap.py (a client of Adobe's, not a document)"
DEP = "adobe/dep lib/ (a client of Adobe's, not a document)"
AEPP = "pitchmuc/aepp flowservice.py (a client, not a document)"
RECORDED_DESCRIPTORS = "a recorded answer, techforum-repo/aep-monitor aep_monitor/clients/schema_registry.py"
RECORDED_PAGE = "a recorded answer, Focus-GTS/aep-mcp-server docs/live-validation-palm-2026-08-14.md"
RECORDED_REGISTRY = (
    "recorded answers, adobe/experience-platform-postman-samples UPS_Runbook_Sample.postman_collection.json"
)
RECORDED_LISTS = "recorded answers of GET /flows (35 flows, and 20 of another recorder)"
LANDING_ZONE = SOURCE_PAGES + "cloud-storage/data-landing-zone.md"
PARQUET = TUTORIALS + "cloud-storage-parquet.md"
SOURCES_SDK = "AdobeDocs/experience-platform.en help/sources/sources-sdk/"
MAILCHIMP = SOURCE_PAGES + "marketing-automation/mailchimp-campaign.md"
API_REFERENCES = "AdobeDocs/experience-platform-apis static/swagger-specs/"
ZOHO_SEARCH = "zoho.com/crm/developer/docs/api/v7/search-records.html"
ZOHO_PAGES_RECORDED = "a recorded answer, airbytehq/airbyte issue 30977"
SCHEMA_REGISTRY = "AdobeDocs/experience-platform-apis static/swagger-specs/schema-registry.yaml"
SCHEMA_PAGES = "AdobeDocs/experience-platform.en help/xdm/api/"
SUGGESTED_VALUES = "AdobeDocs/experience-platform.en help/xdm/tutorials/suggested-values.md"
FIELD_DEPRECATION = "AdobeDocs/experience-platform.en help/xdm/tutorials/field-deprecation-api.md"
SCHEMA_ERRORS = "AdobeDocs/experience-platform.en help/xdm/troubleshooting-guide.md"
CATALOG = "AdobeDocs/experience-platform-apis static/swagger-specs/catalog.yaml"
CATALOG_DATASETS = "AdobeDocs/experience-platform.en help/catalog/datasets/enable-for-profile.md"
CATALOG_PAGES = "AdobeDocs/experience-platform.en help/catalog/api/"
RETENTION = "AdobeDocs/experience-platform.en help/catalog/datasets/experience-event-dataset-retention-ttl-guide.md"
DATA_ACCESS = "AdobeDocs/experience-platform-apis static/swagger-specs/data-access.yaml"
DATA_PREP = "AdobeDocs/experience-platform-apis static/swagger-specs/data-prep.yaml"
DATA_PREP_PAGES = "AdobeDocs/experience-platform.en help/data-prep/api/"
STREAMING = "AdobeDocs/experience-platform-apis static/swagger-specs/streaming-ingestion.yaml"
STREAMING_MESSAGES = "AdobeDocs/experience-platform.en help/ingestion/tutorials/streaming-multiple-messages.md"
STREAMING_VALIDATION = "AdobeDocs/experience-platform.en help/ingestion/quality/streaming-validation.md"
STREAMING_RECORDS = "AdobeDocs/experience-platform.en help/ingestion/tutorials/streaming-record-data.md"
PLAYBOOKS = "Adobe's use case playbooks, page Unitary event"
STREAMING_PAGE = SOURCE_PAGES + "streaming/http.md"
ENCRYPTION = TUTORIALS + "encrypt-data.md"
PRIVATE_LINK = TUTORIALS + "private-link.md"
MONITOR = TUTORIALS + "monitor.md"
NONE = "no document; chosen by this project"
