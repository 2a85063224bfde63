import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

/// The ids of ideas, revisions and comments follow from the slots that make them.
struct CreatedIdentifierTests {
    private let revision = Revision(
        id: .zero, idea: Samples.idea, field: .need, text: "text", heads: [filled(1), filled(2)])
    private let key = Samples.creationKey

    private func id(
        _ content: ChangeContent, on board: BoardID = Samples.board,
        by member: MemberID? = Samples.acting, _ key: CreationKey = Samples.creationKey
    ) -> [UInt8] {
        switch content.identified(on: board, by: member, key: key) {
        case .idea(let idea): return idea.bytes
        case .revision(let revision): return revision.id.bytes
        case .comment(let comment, .text): return comment.bytes
        default:
            Issue.record("\(content) makes nothing")
            return []
        }
    }

    private func revised(_ change: (inout Revision) -> Void) -> ChangeContent {
        var revision = revision
        change(&revision)
        return .revision(revision)
    }

    private func comment(_ text: String, on idea: IdeaID = Samples.idea) -> ChangeContent {
        .comment(.zero, .text(idea: idea, text))
    }

    private var makers: [ChangeContent] { [.idea(.zero), .revision(revision), comment("text")] }

    @Test("Whatever is said otherwise gives another id, the kind too")
    func distinct() {
        let otherKey = CreationKey([UInt8](repeating: 0x5B, count: 16))!
        var ids: [[UInt8]] = []
        for content in makers {
            ids += [
                id(content), id(content, on: filled(0xB1)), id(content, by: Samples.subject),
                id(content, by: nil), id(content, otherKey),
            ]
        }
        ids += [
            revised { $0.idea = Samples.other }, revised { $0.field = .body },
            revised { $0.text = "text " }, revised { $0.text = "" }, revised { $0.heads = [] },
            revised { $0.heads = [filled(2), filled(1)] }, revised { $0.heads = [filled(1)] },
            comment("text", on: Samples.other), comment("Text"),
        ].map { id($0) }
        #expect(Set(ids).count == ids.count)
    }

    @Test("The id that a change comes with plays no part, and the same said again is the same")
    func repeated() {
        let pairs: [(ChangeContent, ChangeContent)] = [
            (.idea(.zero), .idea(Samples.idea)),
            (.revision(revision), revised { $0.id = Samples.revision }),
            (comment("text"), .comment(Samples.comment, .text(idea: Samples.idea, "text"))),
        ]
        for (content, other) in pairs {
            #expect(id(content) == id(other))
            #expect(id(content) == id(content))
            let again = CreationKey(Samples.salt)!
            #expect(id(content) == id(content, again))
        }
    }

    @Test("Time, place, changeset and node are not in the id")
    func elsewhere() throws {
        for content in makers {
            let expected = content.identified(on: Samples.board, by: Samples.acting, key: key)
            for stamp in [Samples.stamp, .zero, HybridTimestamp(rawValue: 99)] {
                let slot = Samples.slot(content, at: stamp)
                let before = Samples.slot(.sameAs(Samples.pair, isOn: true))
                for slots in [[slot], [before, slot, before]] {
                    for node in [Samples.key, NodeKey(Array(1...32))!] {
                        let sealed = SealedChangeset.seal(
                            slots, board: Samples.board, after: .start, with: node)
                        let opened = try sealed.open(board: Samples.board)
                        let found = opened.slots.compactMap { slot -> ChangeContent? in
                            guard case .change(let change) = slot.content else { return nil }
                            return change.content
                        }
                        #expect(found.contains(expected))
                    }
                }
            }
        }
    }

    @Test("In a founding changeset the board is the changeset itself")
    func founding() throws {
        for content in makers {
            let sealed = SealedChangeset.seal(
                [Samples.slot(content)], board: nil, after: .start, with: Samples.key)
            for board in [nil, sealed.id] {
                let opened = try sealed.open(board: board)
                guard case .change(let change) = opened.slots[0].content else {
                    Issue.record("no change")
                    continue
                }
                #expect(
                    change.content
                        == content.identified(on: sealed.id, by: Samples.acting, key: key))
            }
        }
    }

    @Test("Another encoding of the same is another thing, with an id of its own")
    func encodings() throws {
        for kind in [Register.Kind.idea, .revision, .comment] {
            let message = MessageCase.valid(kind)
            var registers: Set<Register> = []
            let encodings = [
                message.bytes, Message([1: MessageCase.filler(3)]).bytes + message.bytes,
                message.with(99, .number(1)).bytes,
            ]
            for bytes in encodings {
                let opened = try Samples.open([Samples.slot(kind, bytes)])
                guard case .change(let change) = opened.slots[0].content else {
                    Issue.record("no change")
                    continue
                }
                registers.insert(try #require(change.register))
            }
            #expect(registers.count == encodings.count)
        }
    }

    @Test("What makes nothing keeps its ids: what is withdrawn, hidden and all else")
    func others() {
        for content in Samples.contents where !content.isCreation {
            #expect(content.identified(on: filled(9), by: nil, key: key) == content)
        }
        let makers = Samples.contents.filter(\.isCreation)
        #expect(Set(makers.map(\.kind)) == [.idea, .revision, .comment])
    }
}
