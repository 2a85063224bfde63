import Logging
import ServiceLifecycle
import Synchronization

/// How many lines of the log anybody's requests bring about in a second: so many a node, so many an
/// address of those that have no role, and so many of all of these. What is left out is counted.
final class LogLines: Sendable {
    /// What a second's requests brought about.
    private struct Second {
        var lines: [Sharer: Int] = [:]
        var strangersLines = 0
        var leftOut: [Sharer: Int] = [:]
    }

    /// What was left out.
    struct LeftOut: Hashable, Sendable {
        var lines: Int
        var callers: Int
    }

    private let each: Int
    private let strangers: Int
    private let second = Mutex(Second())

    init(each: Int, strangers: Int) {
        self.each = each
        self.strangers = strangers
    }

    /// Whether there may be a line about a request; it is counted either way.
    func admit(_ sharer: Sharer) -> Bool {
        second.withLock { second in
            let isStranger = if case .address = sharer { true } else { false }
            guard second.lines[sharer, default: 0] < each,
                !isStranger || second.strangersLines < strangers
            else {
                second.leftOut[sharer, default: 0] += 1
                return false
            }
            second.lines[sharer, default: 0] += 1
            if isStranger { second.strangersLines += 1 }
            return true
        }
    }

    /// Begins the next second.
    ///
    /// - Returns: what was left out in the one before; `nil` where nothing was.
    func turn() -> LeftOut? {
        second.withLock { second in
            defer { second = Second() }
            guard !second.leftOut.isEmpty else { return nil }
            return LeftOut(
                lines: second.leftOut.values.reduce(0, +), callers: second.leftOut.count)
        }
    }
}

/// Counts the seconds of a log, and tells in it what was left out of it.
struct LogSeconds: Service {
    let lines: LogLines
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                tell()
            }
        }
        tell()
    }

    private func tell() {
        guard let leftOut = lines.turn() else { return }
        logger.warning(
            "lines about requests were left out",
            metadata: ["lines": "\(leftOut.lines)", "callers": "\(leftOut.callers)"])
    }
}
