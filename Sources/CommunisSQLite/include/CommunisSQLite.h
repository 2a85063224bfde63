#ifndef COMMUNIS_SQLITE_H
#define COMMUNIS_SQLITE_H
#include <sqlite3.h>
/// Wraps the variadic sqlite3_db_config(), which Swift cannot call, for
/// SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE (https://sqlite.org/c3ref/c_dbconfig_defensive.html).
int communis_set_checkpoint_on_close(sqlite3 *connection, int isOn);
/// Wraps the variadic sqlite3_config(), for SQLITE_CONFIG_MEMSTATUS
/// (https://sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus): what SQLite
/// allocates is counted no more. Has no effect once SQLite is in use, and then returns SQLITE_MISUSE.
int communis_stop_counting_memory(void);
/// Wraps the variadic sqlite3_db_config(), for what a file that others may have written must not do
/// (https://www.sqlite.org/security.html): no trigger runs and no view is read, what the schema says
/// may call nothing that has effects, and no SQL writes the schema or an index's own tables.
/// Returns SQLITE_OK, or what SQLite did not do.
int communis_defend(sqlite3 *connection);
#endif
