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
#endif
