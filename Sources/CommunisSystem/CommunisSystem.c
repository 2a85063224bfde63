#include "CommunisSystem.h"

#ifdef __linux__
#include <stddef.h>
#include <sys/xattr.h>

int communis_has_access_list(const char *path) {
    return lgetxattr(path, "system.posix_acl_access", NULL, 0) > 0;
}
#else
int communis_has_access_list(const char *path) {
    (void)path;
    return 0;
}
#endif
