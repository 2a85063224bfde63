import Foundation

/// How many files this process may have open at a time; each connection is one.
enum OpenFiles {
    /// Kept for what is no connection: the board, the libraries, own syncs, and each core's event loop.
    private static var reserve: Int { 128 + 4 * ProcessInfo.processInfo.activeProcessorCount }

    /// How many connections there is room for, once the limit is raised as far as this account may.
    static func roomForConnections() -> Int {
        let limit = raiseLimit()
        return max(limit / 2, limit - reserve)
    }

    private static func raiseLimit() -> Int {
        #if os(Linux)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            let greatest = rlim_t.max
        #else
            let kind = RLIMIT_NOFILE
            // macOS refuses more, also where there is no limit (setrlimit(2)).
            let greatest = rlim_t(OPEN_MAX)
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 0 }
        var raised = limit
        raised.rlim_cur = min(limit.rlim_max, greatest)
        if raised.rlim_cur > limit.rlim_cur, setrlimit(kind, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }
}
