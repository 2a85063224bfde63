import CommunisCore
import CommunisStore
import CommunisTestSupport
import Foundation

/// `communis sync` with a hub over HTTP on this machine, a whole process: nothing new, and 10 new
/// votes at each. The bytes are those on the socket: headers and bodies, both ways.
enum HubSyncBench {
    private static let votes = 10_000

    static func run(runs: Int, communis: String) throws {
        let folder = try TemporaryFolder()
        var bench = try BenchBoard(folder.file("communis.sqlite"))
        var workload = VoteWorkload(ideas: 1_000, members: 1_000, board: bench.board.id)
        var chain = try bench.chain()
        try bench.fill(&workload, votes: votes, &chain)
        let hub = try ServingHub(communis, folder.path)
        let relay = try CountingRelay(to: hub.port)
        let kiosk = try TemporaryFolder()
        try clone(communis, "http://127.0.0.1:\(relay.port)", from: folder.path, to: kiosk.path)
        let copies = [bench.board, try Board.open(kiosk.file("communis.sqlite"))]

        for (row, new) in [("hubNothingNew", 0), ("hubSync10", 10)] {
            let samples = try (0..<max(5, runs)).map { _ in
                for board in copies where new > 0 {
                    let drafts = (0..<new).map { _ in workload.next() }
                    try board.write(drafts.map { Draft(by: $0.member, .vote($0.idea, $0.vote)) })
                }
                _ = relay.takeCount()
                let time = try Measuring.program(communis, ["sync"], folder: kiosk.path)
                return (time: time, bytes: relay.takeCount())
            }
            guard try copies[0].snapshot().check == copies[1].snapshot().check else {
                throw BenchError.failed("a sync did not make the copies equal")
            }
            try Measuring.print([
                "row": row, "votes": votes,
                "processorSeconds": Measuring.median(samples.map(\.time.processor)),
                "wallSeconds": Measuring.median(samples.map(\.time.wall)),
                "socketBytes": Int(Measuring.median(samples.map { Double($0.bytes) })),
                "runs": samples.count,
            ])
        }
    }

    private static func clone(
        _ communis: String, _ address: String, from source: String, to target: String
    ) throws {
        let invite = Process()
        invite.executableURL = URL(fileURLWithPath: communis)
        invite.currentDirectoryURL = URL(fileURLWithPath: source)
        invite.arguments = ["node", "invite", "--address", address, "--json"]
        let pipe = Pipe()
        invite.standardOutput = pipe
        try invite.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        invite.waitUntilExit()
        let invitation = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let line = invitation?["line"] as? String,
            let word = line.split(separator: "'").dropFirst().first
        else { throw BenchError.failed("no invitation was printed") }
        _ = try Measuring.program(communis, ["clone", String(word)], folder: target)
    }
}

/// `communis serve`, as long as the value lives.
private final class ServingHub {
    let port: Int
    private let process = Process()

    init(_ communis: String, _ folder: String) throws {
        process.executableURL = URL(fileURLWithPath: communis)
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.arguments = ["serve", "--port", "0", "--sync-every", "0"]
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        // It says "Serving on http://127.0.0.1:PORT" as soon as it does.
        let said = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        guard
            let port = said.split(separator: ":").last.flatMap({
                Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
            })
        else {
            process.terminate()
            throw BenchError.failed("the hub did not start: \(said)")
        }
        self.port = port
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}
