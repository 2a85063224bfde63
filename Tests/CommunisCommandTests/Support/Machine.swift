import Foundation

/// What this machine lets a test do.
enum Machine {
    static let isRoot = geteuid() == 0

    #if os(Linux)
        static let isLinux = true
    #else
        static let isLinux = false
    #endif

    /// Lets this process open so many files, or as many as it may.
    ///
    /// - Returns: how many it may open now.
    static func openFiles(atLeast count: Int) -> Int {
        #if os(Linux)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let kind = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return 256 }
        if limit.rlim_cur < rlim_t(count) {
            limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
            setrlimit(kind, &limit)
            getrlimit(kind, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Whether a program is found on the path.
    static func has(_ program: String) -> Bool { find(program) != nil }

    static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// The words before a command that make it run where permissions bind it: none for an ordinary
    /// account, `setpriv` for root, to whom everything is permitted. `nil` where neither works.
    static let bound: [String]? = {
        if !isRoot { return [] }
        guard let setpriv = find("setpriv") else { return nil }
        let words = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
        let folder = TestFolder()
        guard
            let outcome = try? folder.start(words: words + [Program.path, "--version"]).wait(),
            outcome.code == 0
        else { return nil }
        return words
    }()

    /// Whether a small file system can be mounted that nobody else sees.
    static let canMount: Bool = {
        guard isRoot, has("unshare"), has("mount") else { return false }
        let outcome = try? TestFolder().shell(
            "mkdir disk && exec unshare -m mount -t tmpfs -o size=64k none disk")
        return outcome?.code == 0
    }()
}
