import CommunisCore
import CommunisSystem
import Foundation

/// What a path names and who may change it, without following a link in its last part.
///
/// By name and never by opening: whoever closes a file gives up the locks that SQLite holds on it in
/// the same process (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
struct FileStatus {
    private let status: stat
    /// `nil` for an open file.
    private let path: String?

    /// `nil` where nothing is, or where this account may not look.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.status = status
        self.path = path
    }

    /// Of an open file; `nil` where the system does not say.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.status = status
        path = nil
    }

    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    var owner: uid_t { status.st_uid }
    var isOwn: Bool { owner == geteuid() }
    /// Root can do everything anyway.
    var isRoots: Bool { owner == 0 }
    /// Whether it belongs to an account that this user namespace has no number for, as root's folders
    /// do in a container without root (user_namespaces(7), "overflowuid").
    var isOfNobodyHere: Bool { owner == 65_534 }
    var byteCount: Int64 { Int64(status.st_size) }

    /// Whether accounts other than its owner's may do anything with it.
    var isOpenToOthers: Bool { status.st_mode & 0o077 != 0 }

    /// Whether its mode lets others than its owner change it: its group, and whoever an access
    /// control list names, too.
    var isWritableByOthers: Bool { status.st_mode & 0o022 != 0 }

    /// The same of a folder. A group of which nobody else is a member, as many systems give to each
    /// account, is the account: with it folders are made that their group may write.
    var isFolderWritableByOthers: Bool {
        guard isWritableByOthers else { return false }
        return status.st_mode & 0o002 != 0 || path.map { communis_has_access_list($0) } != 0
            || !AccountGroup.isOwn(status.st_gid)
    }

    /// Whether whoever may write the folder may still not rename or remove what others put there.
    var isSticky: Bool { status.st_mode & 0o1000 != 0 }

    /// Its mode without what others may do.
    var narrowedMode: mode_t { status.st_mode & 0o600 }

    /// Tells whether a file is still the one it was, with the same contents.
    var mark: [Int64] {
        #if os(Linux)
            let changed = status.st_mtim
        #else
            let changed = status.st_mtimespec
        #endif
        return [
            Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino),
            byteCount, Int64(changed.tv_sec), Int64(changed.tv_nsec),
        ]
    }
}

/// The group that is one account's alone (user private groups).
private enum AccountGroup {
    /// getpwuid() and getgrgid() answer in memory that all threads share.
    private static let lock = NSLock()

    static func isOwn(_ group: gid_t) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        guard let account = getpwuid(geteuid())?.pointee, account.pw_gid == group,
            let name = account.pw_name.map({ String(cString: $0) }),
            let entry = getgrgid(group)?.pointee,
            entry.gr_name.map({ String(cString: $0) }) == name
        else { return false }
        var member = entry.gr_mem
        while let text = member?.pointee {
            if String(cString: text) != name { return false }
            member = member?.advanced(by: 1)
        }
        return !isFirstGroupOfAnother(group)
    }

    /// Whether another account has it as its own group: such are not listed as its members.
    private static func isFirstGroupOfAnother(_ group: gid_t) -> Bool {
        setpwent()
        defer { endpwent() }
        while let account = getpwent()?.pointee {
            if account.pw_gid == group && account.pw_uid != geteuid() { return true }
        }
        return false
    }
}
