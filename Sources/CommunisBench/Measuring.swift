import Foundation

/// Figures as the operating system accounts for them.
enum Measuring {
    private static let this: Int32 = 0  // RUSAGE_SELF, which is imported in differing types.

    /// User and system time of this process so far, in seconds.
    static var processorTime: Double {
        var usage = rusage()
        getrusage(this, &usage)
        return seconds(usage)
    }

    /// The system's part of that, in seconds.
    static var systemTime: Double {
        var usage = rusage()
        getrusage(this, &usage)
        return Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
    }

    /// The most memory this process ever held, in bytes.
    static var peakMemory: Int {
        var usage = rusage()
        getrusage(this, &usage)
        return Int(usage.ru_maxrss) * 1_024
    }

    private static func seconds(_ usage: rusage) -> Double {
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    /// Wall and processor time of a program, from its start to its end, in seconds.
    ///
    /// By posix_spawn and wait4: Foundation's Process notices an end up to 50 ms late.
    static func program(_ path: String, _ arguments: [String], folder: String) throws
        -> (wall: Double, processor: Double)
    {
        guard chdir(folder) == 0 else { throw BenchError.failed("no folder \(folder)") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        var status: Int32 = 0
        var usage = rusage()
        let start = ContinuousClock.now
        guard posix_spawn(&child, path, &actions, nil, &words, environ) == 0,
            wait4(child, &status, 0, &usage) == child, status == 0
        else { throw BenchError.failed("\(path) \(arguments) failed (\(status))") }
        let wall = ContinuousClock.now - start
        return (
            Double(wall.components.attoseconds) / 1e18 + Double(wall.components.seconds),
            seconds(usage)
        )
    }

    static func print(_ row: [String: Any]) throws {
        let data = try JSONSerialization.data(
            withJSONObject: row, options: [.sortedKeys, .withoutEscapingSlashes])
        FileHandle.standardOutput.write(data + Data("\n".utf8))
    }
}

enum BenchError: Error {
    case failed(String)
}
