import CommunisCore
import CommunisStore
import CommunisSync
import Foundation

/// Speaks Negentropy's line protocol on standard input and output, so that other implementations
/// can be run against this one.
///
/// Lines in: `item,<timestamp>,<id>`, `seal`, `initiate`, `msg,<hex>`. Lines out: `msg,<hex>`,
/// `have,<id>`, `need,<id>`, `done`. `FRAMESIZELIMIT` in the environment bounds our messages, in
/// bytes; 0 or absent is no bound.
struct Harness {
    enum Fault: Error {
        case line(String)
        case frameLimit(String)
    }

    private var items: [LogPosition] = []
    private var negentropy: Negentropy<ReconciliationArray>?
    private var isClient = false
    private let frameLimit: Int?

    init(frameLimit text: String?) throws {
        switch text.map({ Int($0) }) {
        case nil, .some(0): frameLimit = nil
        case .some(let limit?) where limit >= NegentropyRules.leastFrameLimit: frameLimit = limit
        default: throw Fault.frameLimit(text ?? "")
        }
    }

    /// - Returns: the lines that answer a line.
    mutating func take(_ line: String) throws -> [String] {
        let words = line.split(separator: ",", omittingEmptySubsequences: false)
        switch (words.first, words.count) {
        case ("item", 3):
            guard negentropy == nil, let timestamp = UInt64(words[1]), timestamp < .max,
                let id = Hexadecimal.decode(String(words[2])).flatMap({ ChangesetID($0) })
            else { throw Fault.line(line) }
            items.append(LogPosition(timestamp: HybridTimestamp(rawValue: timestamp), id: id))
            return []
        case ("seal", 1):
            negentropy = Negentropy(ReconciliationArray(items), frameLimit: frameLimit)
            return []
        case ("initiate", 1):
            guard let negentropy else { throw Fault.line(line) }
            isClient = true
            return ["msg," + Hexadecimal.encode(try negentropy.initiate())]
        case ("msg", 2):
            guard let negentropy, let message = Hexadecimal.decode(String(words[1])) else {
                throw Fault.line(line)
            }
            guard isClient else {
                return ["msg," + Hexadecimal.encode(try negentropy.answer(message))]
            }
            let step = try negentropy.reconcile(message)
            return step.have.map { "have,\($0.id)" }
                + step.need.flatMap(\.ids).map { "need,\($0)" }
                + [step.message.map { "msg," + Hexadecimal.encode($0) } ?? "done"]
        default:
            throw Fault.line(line)
        }
    }
}

@main
enum Main {
    static func main() {
        do {
            var harness = try Harness(
                frameLimit: ProcessInfo.processInfo.environment["FRAMESIZELIMIT"])
            while let line = readLine() {
                for answer in try harness.take(line) {
                    try FileHandle.standardOutput.write(contentsOf: Data((answer + "\n").utf8))
                }
            }
        } catch {
            FileHandle.standardError.write(Data("negentropy-harness: \(error)\n".utf8))
            exit(1)
        }
    }
}
