import CommunisCore
import CommunisLog
import Testing

/// Kinds 1, 12 and 13 cannot be erased, so they must hold no words: a slot of theirs has the one form
/// that the format gives it, or the changeset is refused.
struct ClosedKindTests {
    /// A slot of each closed kind, and the same contents as a message that can be written otherwise.
    private struct Example {
        var slot: Slot
        var message: Message
        /// A field of the message whose number takes one byte, written in two.
        var longer: Message

        func with(_ content: Slot.Content) -> Slot {
            var slot = slot
            slot.content = content
            return slot
        }
    }

    private let examples: [Example] = {
        let votes = VoteBlockTests.valid
        let (node, erase) = (MessageCase.valid(.node), MessageCase.valid(.erase))
        return [
            Example(
                slot: Slot(
                    kind: 1, timestamp: VoteBlockTests.greatest, changeCount: 3,
                    content: .plain(votes.bytes)),
                message: votes, longer: votes.with(3, .bytes([0, 0, 0x81, 0]))),
            Example(
                slot: Samples.slot(.node, node.bytes), message: node,
                longer: node.with(5, .longNumber(1))),
            Example(
                slot: Samples.slot(.erase, erase.bytes), message: erase,
                longer: erase.with(3, .longNumber(1))),
        ]
    }()

    /// Contents that say the same as the example's, or more, in other bytes.
    private func others(_ example: Example) -> [[UInt8]] {
        let message = example.message
        return [
            message.with(99, .text("words")).bytes, message.with(99, .number(0)).bytes,
            Message([99: .text("words")]).bytes + message.bytes, message.reversed.bytes,
            example.longer.bytes, message.bytes + message.bytes, [],
            Array(message.bytes.dropLast()),
        ]
    }

    @Test("Each has its form, and in that it is taken")
    func form() throws {
        for example in examples {
            let outcome: Outcome = example.slot.kind == 1 ? .votes : .change
            #expect(try Outcome(of: example.slot) == outcome)
        }
    }

    @Test("Unknown fields, another order, longer numbers, fields twice and no fields are refused")
    func otherBytes() throws {
        for example in examples {
            for bytes in others(example) {
                #expect(try Outcome(of: example.with(.plain(bytes))) == .refused)
            }
        }
    }

    @Test("What is left out as a default may not be written either")
    func defaults() throws {
        for example in examples {
            // The field of the member who acts, of the counters, and of the slot erased.
            let absent: (UInt64, Message.Value) =
                switch example.slot.kind {
                case 1: (6, .bytes([]))
                case 12: (1, .bytes([]))
                default: (3, .number(0))
                }
            var short = example.slot
            if short.kind == 1 {
                short.timestamp = HybridTimestamp(Samples.now)
                short.changeCount = 1
            }
            let base =
                short.kind == 1
                ? VoteBlock([
                    CastVote(
                        timestamp: short.timestamp, idea: Samples.idea, member: Samples.acting,
                        vote: Vote(.agree))
                ]).bytes : example.message.with(absent.0, nil).bytes
            short.content = .plain(base)
            #expect(try Outcome(of: short) != .refused)
            let written = Message([absent.0: absent.1]).bytes
            // At the place where it would stand: before the ballots, first, and last.
            let place = short.kind == 1 ? base.count - 3 : short.kind == 12 ? 0 : base.count
            short.content = .plain(Array(base[..<place]) + written + base[place...])
            #expect(try Outcome(of: short) == .refused)
        }
    }

    @Test("Salted and erased they are refused, with the right contents too")
    func states() throws {
        for example in examples {
            let bytes = example.message.bytes
            #expect(
                try Outcome(of: example.with(.salted(bytes, salt: Samples.salt))) == .refused)
            #expect(try Outcome(of: example.slot.erased) == .refused)
            // A relay cannot take the contents away from what was sealed with them.
            let sealed = Samples.seal([example.slot])
            let stripped = SealedChangeset(
                header: sealed.header, payload: example.slot.erased.bytes,
                signature: sealed.signature)
            #expect(refusal(of: stripped) == .malformed)
        }
    }

    @Test("A number of changes that is not theirs is refused")
    func changes() throws {
        for example in examples {
            for changes: UInt32 in [0, 1, 2, 4, 1_000] where changes != example.slot.changeCount {
                var slot = example.slot
                slot.changeCount = changes
                #expect(try Outcome(of: slot) == .refused)
            }
        }
    }

    @Test("Beside slots that are right they are refused as well, and in a newer format")
    func anywhere() throws {
        let right = [
            Samples.slot(.idea(Samples.idea)), Samples.slot(.sameAs(Samples.pair, isOn: true)),
        ]
        for example in examples {
            for bytes in others(example) {
                let wrong = example.with(.plain(bytes))
                for slots in [[wrong] + right, right + [wrong], [example.slot, wrong]] {
                    #expect(refusal(of: Samples.seal(slots)) == .malformed)
                    for format: UInt8 in [2, 255] {
                        #expect(refusal(of: try newer(slots, format: format)) == .malformed)
                    }
                }
            }
            let opened = try newer(right + [example.slot], format: 2).open(board: Samples.board)
            #expect(opened.judgement() == .unknown)
            let erased = try newer([example.slot.erased], format: 2)
            #expect(refusal(of: erased) == .malformed)
        }
    }

    private func newer(_ slots: [Slot], format: UInt8) throws -> SealedChangeset {
        var header = try #require(ChangesetHeader(Samples.seal(slots).header))
        header.format = format
        return try signed(header, payload: slots.payload)
    }

    @Test("It is judged last: a wrong root and a wrong signature come before")
    func order() {
        for example in examples {
            let wrong = example.with(.plain(example.message.with(99, .text("words")).bytes))
            var sealed = Samples.seal([wrong])
            sealed.signature[0] ^= 1
            #expect(refusal(of: sealed) == .badSignature)
            #expect(refusal(of: sealed, verifyingSignature: false) == .malformed)
            sealed.payload = wrong.bytes + wrong.bytes
            #expect(refusal(of: sealed) == .wrongRoot)
        }
    }

    @Test(
        "Plain slots of other kinds are refused, known or not, before the root is looked at",
        arguments: Register.Kind.allCases.filter { !$0.isClosed }.map(\.rawValue) + [0, 16, .max])
    func plain(_ kind: UInt16) throws {
        let bytes = Register.Kind(rawValue: kind).map { MessageCase.valid($0).bytes } ?? [1]
        let slot = Slot(
            kind: kind, timestamp: Samples.stamp, changeCount: 1, content: .plain(bytes))
        #expect(try Outcome(of: slot) == .refused)
        #expect(refusal(of: try newer([slot], format: 2)) == .malformed)
        var sealed = Samples.seal([Samples.slot(.idea(Samples.idea))])
        sealed.payload = slot.bytes
        #expect(refusal(of: sealed) == .malformed)
        let salted = Slot(
            kind: kind, timestamp: Samples.stamp, changeCount: 1,
            content: .salted(bytes, salt: Samples.salt))
        #expect(try Outcome(of: salted) != .refused)
    }

    @Test(
        "What is not closed may be written in every way that proto3 knows",
        arguments: Register.Kind.allCases.filter { !$0.isClosed })
    func freedom(_ kind: Register.Kind) throws {
        let message = MessageCase.valid(kind)
        for bytes in [
            message.reversed.bytes, Message([1: MessageCase.filler(3)]).bytes + message.bytes,
            message.with(99, .text("newer")).bytes, message.with(99, .longNumber(1)).bytes,
        ] {
            #expect(try Outcome(of: Samples.slot(kind, bytes)) == .change)
        }
    }
}
