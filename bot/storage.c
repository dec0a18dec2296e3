/* Another place to keep Nodes is another folder beside adapters/sqlite/, and its lines here. */
#include "adapters/sqlite/sqlite_store.h"
#include "bot/run.h"

store_opener *const storage = sqlite_store_open;
store_restorer *const storage_restore = sqlite_store_restore;
