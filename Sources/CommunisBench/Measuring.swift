import Foundation

/// Figures as the operating system accounts for them.
enum Measuring {
    private static let this: Int32 = 0  // RUSAGE_SELF, which is imported in differing types.
    private static let children: Int32 = -1  // RUSAGE_CHILDREN.

    /// User and system time of this process so far, in seconds.
    static var processorTime: Double {
        var usage = rusage()
        getrusage(this, &usage)
        return seconds(usage)
    }

    /// The same of all children that have ended.
    static var childrensProcessorTime: Double {
        var usage = rusage()
        getrusage(children, &usage)
        return seconds(usage)
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

    /// Wall and processor time of a program, from its start to its end.
    static func program(_ path: String, _ arguments: [String], folder: String) throws
        -> (wall: Double, processor: Double)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        let before = childrensProcessorTime
        let start = ContinuousClock.now
        try process.run()
        process.waitUntilExit()
        let wall = ContinuousClock.now - start
        guard process.terminationStatus == 0 else {
            throw BenchError.failed("\(path) \(arguments) ended with \(process.terminationStatus)")
        }
        return (
            Double(wall.components.attoseconds) / 1e18 + Double(wall.components.seconds),
            childrensProcessorTime - before
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
