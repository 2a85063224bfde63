#ifndef COMMUNIS_SYSTEM_H
#define COMMUNIS_SYSTEM_H
/// Whether a file or folder has an access control list beside its mode: accounts that are named in
/// one may do what the mode seems to allow its group (acl(5)). Linux only; elsewhere 0.
int communis_has_access_list(const char *path);
#endif
