import ArgumentParser
import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Foundation

/// The worst that one node can say of each kind, as far as is known: what it costs others to take it in,
/// and what one thing more costs then. See docs/costs.md.
enum WorstCaseBench {
    static func run(runs: Int) throws {
        for scenario in WorstCase.Scenario.allCases {
            let results = try (0..<runs).map { _ in try worker(scenario) }
            func median(_ key: String) -> Double {
                Measuring.median(results.compactMap { $0[key] as? Double })
            }
            try Measuring.print([
                "row": "worstCase", "scenario": scenario.rawValue,
                "changes": Int(median("changes")), "logBytes": Int(median("logBytes")),
                "processorSeconds": median("processorSeconds"),
                "oneMoreMilliseconds": median("oneMoreMilliseconds"),
                "readMilliseconds": median("readMilliseconds"),
                "peakBytes": Int(median("peakBytes")), "fileBytes": Int(median("fileBytes")),
                "runs": runs,
            ])
        }
    }

    /// In a process of its own, so that the peak of memory is its own too.
    private static func worker(_ scenario: WorstCase.Scenario) throws -> [String: Any] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["worst-case-worker", scenario.rawValue]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0,
            let result = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { throw BenchError.failed("the worker of \(scenario) failed") }
        return result
    }
}

struct WorstCaseWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worst-case-worker", shouldDisplay: false)

    @Argument var scenario: WorstCase.Scenario

    func run() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("board.sqlite")
        let bench = try BenchBoard(path)
        var board = bench.board
        var worst = WorstCase(chain: try bench.chain(), on: board.id)
        let (ideas, changesets) = worst.ideas(scenario.ideas)
        try merge(changesets, board)
        let file = try ChangesetFile(folder.file("changesets"))
        let said = try worst.say(scenario, ideas, to: file)
        try file.rewind()
        var processor = 0.0
        while case let page = try file.nextPage(), !page.isEmpty {
            processor += try measured { try merge(page, board) }
        }
        if scenario == .parked {
            board.close()
            processor += try measured {
                board = try Board.open(path, environment: Self.anHourLater)
            }
        }
        let peak = Measuring.peakMemory
        let more = try (0..<9).map { number in
            let changesets = [worst.seal([worst.oneMore(scenario, ideas, number)])]
            return try measured { try merge(changesets, board) } * 1_000
        }
        let read = try measured {
            _ = try board.ideas(IdeaQuery())
            _ = try board.history(of: ideas[0])
        }
        board.close()
        try Measuring.print([
            "changes": Double(said.changes), "logBytes": Double(said.bytes),
            "processorSeconds": processor, "oneMoreMilliseconds": Measuring.median(more),
            "readMilliseconds": read * 1_000, "peakBytes": Double(peak),
            "fileBytes": Double(bench.fileBytes),
        ])
    }

    /// When what was parked is due.
    private static var anHourLater: BoardEnvironment {
        var environment = BoardEnvironment.system
        environment.now = { BoardEnvironment.system.now().advanced(by: .seconds(3_600)) }
        environment.isDurable = false
        return environment
    }

    private func merge(_ changesets: [SealedChangeset], _ board: Board) throws {
        let report = try board.merge(changesets, from: nil)
        guard report.changesets == changesets.count, report.verdicts[.void] == nil else {
            throw BenchError.failed("changesets were not merged: \(report.refused)")
        }
    }

    private func measured(_ work: () throws -> Void) rethrows -> Double {
        let before = Measuring.processorTime
        try work()
        return Measuring.processorTime - before
    }
}

/// What one contributor's node may say, at its worst.
struct WorstCase {
    enum Scenario: String, CaseIterable, ExpressibleByArgument {
        /// A line of joined ideas, and as many members with a vote who object to the last pair.
        case objections
        /// The same ideas in rings, and each member objects to another pair.
        case objectionsInRings
        /// As many votes on ideas that are joined in a line.
        case joinedVotes
        /// Titles of one idea that nobody settles.
        case titles
        /// Comments on one idea.
        case comments
        /// Tags of one idea.
        case tags
        /// Bodies of words that nobody ever wrote.
        case words
        /// 100 MB of comments on no idea that become due in one millisecond.
        case parked

        var ideas: Int {
            switch self {
            case .objections, .objectionsInRings, .joinedVotes: 16_000
            case .titles, .comments, .tags, .parked: 1
            case .words: 700
            }
        }
    }

    private var chain: NodeChain
    private var generator = SeededGenerator(seed: 21)
    private var moment: UInt64 = 1_699_000_000_000

    private let board: BoardID
    /// What the ids of all that is made follow from, besides their contents.
    private static let key = CreationKey.numbered(21)

    init(chain: NodeChain, on board: BoardID) {
        self.chain = chain
        self.board = board
    }

    mutating func identifiers<Identifier: FixedBytes>(_ count: Int) -> [Identifier] {
        (0..<count).map { _ in generator.identifier() }
    }

    mutating func seal(_ changes: [Change]) -> SealedChangeset {
        chain.seal(changes.map { $0.slot(salt: Self.key.bytes) })
    }

    /// Ideas with a title each, and what makes them.
    mutating func ideas(_ count: Int) -> (ideas: [IdeaID], changesets: [SealedChangeset]) {
        let made = (0..<count).map { number in
            moment += 1
            return MadeIdea(
                number, [.title: "Idea \(number)"], on: board, by: nil,
                at: HybridTimestamp(Milliseconds(unchecked: moment)))
        }
        return (made.map(\.id), pack(made.flatMap(\.slots)))
    }

    /// Writes what is said to a file, so that the peak of memory is that of taking it in.
    mutating func say(_ scenario: Scenario, _ ideas: [IdeaID], to file: ChangesetFile) throws
        -> (changes: Int, bytes: Int)
    {
        let slots = said(scenario, ideas).map { $0.slot(salt: Self.key.bytes) }
        let changesets = pack(slots)
        try file.append(changesets)
        return (slots.count, changesets.map(\.byteCount).reduce(0, +))
    }

    mutating func oneMore(_ scenario: Scenario, _ ideas: [IdeaID], _ number: Int) -> Change {
        switch scenario {
        case .objections, .objectionsInRings, .joinedVotes:
            change(.vote(ideas[number + 5], Vote(.agree)), by: generator.identifier())
        case .titles: change(title("More \(number)", of: ideas[0]))
        case .comments: change(comment(-number, on: ideas[0]))
        case .tags: change(.label(ideas[0], Label(.tag, "more \(number)"), isOn: true))
        case .words, .parked:
            change(.label(ideas[number % ideas.count], Label(.tag, "more \(number)"), isOn: true))
        }
    }

    private mutating func said(_ scenario: Scenario, _ ideas: [IdeaID]) -> [Change] {
        let line = joins(ideas, distance: 1)
        switch scenario {
        case .objections:
            return line
                + ideas.flatMap { _ in objection(ideas[ideas.count - 2], ideas[ideas.count - 1]) }
        case .objectionsInRings:
            return line + joins(ideas, distance: 2)
                + zip(ideas, ideas.dropFirst()).flatMap { objection($0, $1) }
        case .joinedVotes:
            let members: [MemberID] = identifiers(100)
            return line
                + ideas.flatMap { idea in
                    members.prefix(10).map { change(.vote(idea, Vote(.agree)), by: $0) }
                }
        case .titles: return (0..<30_000).map { change(title("Title \($0)", of: ideas[0])) }
        case .comments: return (0..<100_000).map { change(comment($0, on: ideas[0])) }
        case .tags:
            return (0..<100_000).map {
                change(.label(ideas[0], Label(.tag, "tag \($0)"), isOn: true))
            }
        case .words: return ideas.map { change(body(of: $0)) }
        case .parked:
            let due = BoardEnvironment.system.now().advanced(by: .seconds(1_800))
            let nowhere: IdeaID = generator.identifier()
            return (0..<4_000).map { number in
                let text = "\(number) " + String(repeating: "x", count: 25_000)
                var change = change(.comment(.zero, .text(idea: nowhere, text)))
                change.timestamp = HybridTimestamp(due)
                return change
            }
        }
    }

    // MARK: - Changes

    private mutating func change(_ content: ChangeContent, by member: MemberID? = nil) -> Change {
        moment += 1
        return Change.making(
            content, on: board, by: member,
            at: HybridTimestamp(Milliseconds(unchecked: moment)), key: Self.key)
    }

    private func title(_ text: String, of idea: IdeaID) -> ChangeContent {
        .revision(
            Revision(id: .zero, idea: idea, field: .title, text: text, heads: []))
    }

    private mutating func body(of idea: IdeaID) -> ChangeContent {
        let text = (0..<4_000).map { _ in
            String(decoding: (0..<7).map { _ in UInt8(97 + generator.below(26)) }, as: UTF8.self)
        }.joined(separator: " ")
        return .revision(
            Revision(id: .zero, idea: idea, field: .body, text: text, heads: []))
    }

    private func comment(_ number: Int, on idea: IdeaID) -> ChangeContent {
        .comment(.zero, .text(idea: idea, "Comment \(number), of very many."))
    }

    /// A member who votes, and objects to a pair.
    private mutating func objection(_ one: IdeaID, _ other: IdeaID) -> [Change] {
        let member: MemberID = generator.identifier()
        return [
            change(.vote(other, Vote(.agree)), by: member),
            change(.carry(pair(one, other), .objects), by: member),
        ]
    }

    private mutating func joins(_ ideas: [IdeaID], distance: Int) -> [Change] {
        zip(ideas, ideas.dropFirst(distance)).map {
            change(.sameAs(pair($0, $1), isOn: true))
        }
    }

    private func pair(_ one: IdeaID, _ other: IdeaID) -> IdeaPair {
        guard let pair = IdeaPair(one, other) else {
            preconditionFailure("two different ideas make a pair")
        }
        return pair
    }

    private mutating func pack(_ slots: [Slot]) -> [SealedChangeset] {
        Slot.pack(slots).map { chain.seal($0.map(\.slot)) }
    }
}
