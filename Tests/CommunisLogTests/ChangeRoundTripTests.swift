import CommunisCore
import CommunisLog
import Testing

struct ChangeRoundTripTests {
    @Test("The samples hold every kind of change")
    func completeness() {
        #expect(Set(Samples.contents.map(\.kind)) == Set(Register.Kind.allCases))
    }

    @Test("Every kind of change comes back from the bytes of a changeset as it went in")
    func everyKind() throws {
        for content in Samples.contents {
            // A vote and a consent name their member; all else may be of the node itself.
            let needsMember = content.kind == .vote || content.kind == .carry
            for member in needsMember ? [Samples.acting] : [Samples.acting, nil] {
                let content = content.identified(
                    on: Samples.board, by: member, key: Samples.creationKey)
                let change = Change(Samples.stamp, by: member, content)
                let slot = change.slot(salt: Samples.salt)
                #expect(slot.kind == content.kind.rawValue)
                #expect(slot.isMeaningful)
                #expect(slot.singleChange(on: Samples.board) == change)
                let payload = [slot].payload
                #expect([Slot](payload: payload) == [slot])
                let opened = try Samples.open([slot])
                #expect(opened.judgement() == .meaningful)
                switch opened.slots[0].content {
                case .change(let found): #expect(found == change)
                case .votes(let block): #expect(block.votes.map(\.change) == [change])
                default: Issue.record("\(content) did not come back")
                }
            }
        }
    }

    @Test("All of them come back from one changeset, in their order")
    func together() throws {
        let slots = Samples.contents.map { Samples.slot($0) }
        let opened = try Samples.open(slots)
        #expect(opened.judgement() == .meaningful)
        #expect(opened.slots.map(\.firstIndex) == Array(0..<slots.count))
        #expect(opened.slots.map(\.kind) == Samples.contents.map(\.kind.rawValue))
    }

    @Test("What is not of a closed kind is salted")
    func salting() {
        for content in Samples.contents {
            switch Samples.slot(content).content {
            case .plain: #expect(content.kind.isClosed)
            case .salted(_, let salt):
                #expect(!content.kind.isClosed)
                #expect(salt == Samples.salt)
            case .erased: Issue.record("a new slot is erased")
            }
        }
    }

    @Test("Text comes back scalar by scalar, not in another normal form")
    func scalars() throws {
        for text in ["é", "e\u{301}", "\u{212B}", "a\u{0}b", "\u{FEFF}x", "\u{10FFFF}"] {
            let slot = Samples.slot(.comment(Samples.comment, .text(idea: Samples.idea, text)))
            let change = slot.singleChange(on: Samples.board)
            guard case .comment(_, .text(_, let found)) = change?.content else {
                Issue.record("\(text) did not come back")
                continue
            }
            #expect(Array(found.utf8) == Array(text.utf8))
        }
    }
}
