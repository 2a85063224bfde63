import CommunisCore
import CommunisLog
import Crypto
import Testing

/// Every value of the committed vectors against this package, byte for byte.
struct FormatVectorTests {
    private let vectors: FormatVectors

    init() throws { vectors = try FormatVectors.load() }

    /// The format's names of what changesets come to by themselves.
    private static let verdict: [OpenedChangeset.Judgement: String] = [
        .meaningful: "applied", .void: "void", .unknown: "unknown",
    ]

    private func stamp(_ milliseconds: UInt64, _ counter: UInt16) throws -> HybridTimestamp {
        HybridTimestamp(try #require(Milliseconds(sinceEpoch: milliseconds)), counter: counter)
    }

    private func slot(_ vector: FormatVectors.Slot) throws -> Slot {
        let content: Slot.Content =
            switch vector.state {
            case 0: .plain(vector.contents.bytes)
            case 1: .salted(vector.contents.bytes, salt: vector.salt.bytes)
            default: .erased(vector.content.bytes)
            }
        return Slot(
            kind: vector.kind, timestamp: try stamp(vector.milliseconds, vector.counter),
            changeCount: vector.changes, content: content)
    }

    @Test("Slots: bytes, content and leaf")
    func slots() throws {
        let slots = vectors.changesets.flatMap(\.slots)
        #expect(Set(slots.map(\.state)) == [0, 1, 2])
        for vector in slots {
            let slot = try slot(vector)
            #expect(slot.bytes == vector.bytes.bytes, "\(vector.name)")
            #expect(slot.contentDigest == vector.content.bytes, "\(vector.name)")
            #expect(slot.leaf == vector.leaf.bytes, "\(vector.name)")
            #expect([Slot](payload: vector.bytes.bytes) == [slot])
        }
    }

    @Test("Changesets: root, header, id, signed message and payload; the signature verifies")
    func changesets() throws {
        let key = try #require(NodeKey(vectors.seed.bytes))
        #expect(key.node.bytes == vectors.node.bytes)
        let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: vectors.node.bytes)
        for vector in vectors.changesets {
            let slots = try vector.slots.map(slot)
            #expect(slots.root == vector.root.bytes)
            #expect(slots.payload == vector.payload.bytes)
            var header = ChangesetHeader(
                board: try #require(BoardID(vector.board.bytes)), node: key.node,
                sequence: vector.sequence,
                previous: try #require(ChangesetID(vector.previous.bytes)),
                timestamp: try stamp(vector.milliseconds, vector.counter),
                changeCount: vector.changes, payloadSize: vector.payloadSize,
                root: vector.root.bytes)
            header.format = vector.header.bytes[0]
            #expect(header.bytes == vector.header.bytes)
            #expect(ChangesetHeader(vector.header.bytes) == header)
            let id = ChangesetID(ofHeader: header.bytes)
            #expect(id.bytes == vector.id.bytes)
            let message = Array("communis changeset 1\0".utf8) + id.bytes
            #expect(message == vector.signedMessage.bytes)
            #expect(publicKey.isValidSignature(vector.signature.bytes, for: message))

            let sealed = SealedChangeset(
                header: header.bytes, payload: vector.payload.bytes,
                signature: vector.signature.bytes)
            let board = header.isFounding ? id : header.board
            let opened = try sealed.open(board: board)
            #expect(Self.verdict[opened.judgement()] == vector.verdict, "\(vector.name)")
            for (slot, expected) in zip(opened.slots, vector.slots) {
                let made: [UInt8]? =
                    if case .change(let change) = slot.content {
                        identifier(of: change.content)
                    } else { nil }
                #expect(made ?? [] == expected.makes.bytes, "\(expected.name)")
            }
        }
    }

    @Test("Changesets that are refused, and why")
    func refused() throws {
        #expect(Set(vectors.refused.map(\.name)).count == vectors.refused.count)
        for vector in vectors.refused {
            let sealed = SealedChangeset(
                header: vector.header.bytes, payload: vector.payload.bytes,
                signature: vector.signature.bytes)
            let reason = refusal(of: sealed, board: BoardID(vector.board.bytes))
            #expect(reason?.rawValue == vector.reason, "\(vector.name)")
        }
    }

    @Test("What the board erases is not judged, and so the verdict is the same without it")
    func erasedVerdicts() throws {
        let names = vectors.changesets.map(\.name)
        for vector in vectors.changesets where names.contains("\(vector.name), erased") {
            let slots = try vector.slots.map(slot)
            let gone = try #require(
                vectors.changesets.first { $0.name == "\(vector.name), erased" })
            #expect(gone.id.bytes == vector.id.bytes)
            let board = try #require(BoardID(vector.board.bytes))
            let erased = Set(
                zip(UInt32(0)..., slots).filter { !$0.1.isClosed }.map(\.0))
            for one in [vector, gone] {
                let opened = try SealedChangeset(
                    header: one.header.bytes, payload: one.payload.bytes,
                    signature: one.signature.bytes
                ).open(board: board)
                #expect(opened.judgement(erased: erased) == .meaningful, "\(one.name)")
            }
        }
    }

    @Test("Sealing the slots of the vectors gives their headers and payloads")
    func sealing() throws {
        let key = try #require(NodeKey(vectors.seed.bytes))
        for vector in vectors.changesets
        where vector.header.bytes[0] == 1 && vector.slots.allSatisfy({ $0.state < 2 }) {
            let board = try #require(BoardID(vector.board.bytes))
            let position = ChainPosition(
                sequence: vector.sequence - 1,
                last: try #require(ChangesetID(vector.previous.bytes)))
            let sealed = SealedChangeset.seal(
                try vector.slots.map(slot), board: board == .zero ? nil : board, after: position,
                with: key)
            #expect(sealed.header == vector.header.bytes)
            #expect(sealed.payload == vector.payload.bytes)
            // Ed25519 may be randomised, so only what the signature proves is compared.
            let publicKey = try Curve25519.Signing.PublicKey(rawRepresentation: vectors.node.bytes)
            #expect(publicKey.isValidSignature(sealed.signature, for: vector.signedMessage.bytes))
        }
    }

    @Test("Messages of every kind and alternative")
    func messages() throws {
        let named = try Dictionary(uniqueKeysWithValues: VectorContents.all())
        #expect(Set(named.keys) == Set(vectors.messages.map(\.name)))
        for vector in vectors.messages {
            let (member, content) = try #require(named[vector.name])
            let slot = Change(Samples.stamp, by: member, content).slot(salt: Samples.salt)
            #expect(slot.kind == vector.kind, "\(vector.name)")
            switch slot.content {
            case .plain(let bytes), .salted(let bytes, _):
                #expect(bytes == vector.bytes.bytes, "\(vector.name)")
            case .erased: Issue.record("\(vector.name) is erased")
            }
        }
    }

    @Test("A block of votes")
    func voteBlock() throws {
        let votes = try vectors.voteBlock.votes.map {
            CastVote(
                timestamp: try stamp($0.milliseconds, $0.counter),
                idea: try #require(IdeaID($0.idea.bytes)),
                member: try #require(MemberID($0.member.bytes)),
                vote: try #require(Vote(rawValue: $0.ballot)))
        }
        #expect(VoteBlock(votes).bytes == vectors.voteBlock.bytes.bytes)
        #expect(VoteBlock(bytes: vectors.voteBlock.bytes.bytes)?.votes == votes)
    }

    @Test("Ids of what slots make, on any board and with any key")
    func createdIdentifiers() throws {
        let named = try Dictionary(uniqueKeysWithValues: VectorContents.all())
        for vector in vectors.identifiers.created {
            let board = try #require(BoardID(vector.board.bytes))
            let key = try #require(CreationKey(vector.salt.bytes))
            let (member, content) = try #require(named[vector.name])
            let made = content.identified(on: board, by: member, key: key)
            #expect(identifier(of: made) == vector.id.bytes, "\(vector.name)")
            let slot = Slot(
                kind: vector.kind, timestamp: Samples.stamp, changeCount: 1,
                content: .salted(vector.contents.bytes, salt: vector.salt.bytes))
            #expect(slot.singleChange(on: board) == Change(Samples.stamp, by: member, made))
        }
    }

    private func identifier(of made: ChangeContent) -> [UInt8]? {
        switch made {
        case .idea(let idea): idea.bytes
        case .revision(let revision): revision.id.bytes
        case .comment(let comment, .text): comment.bytes
        default: nil
        }
    }

    @Test("Identifiers of members and keys of what is imported")
    func identifiers() throws {
        let board = try #require(BoardID(vectors.identifiers.board.bytes))
        let secret = try #require(BoardSecret(vectors.identifiers.secret.bytes))
        let parts: [ImportedPart] = [.idea, .comment] + TextField.allCases.map { .text($0) }
        #expect(
            Set(vectors.identifiers.imported.map(\.part)) == Set(parts.map { $0.name }))
        for vector in vectors.identifiers.imported {
            let part = try #require(parts.first { $0.name == vector.part })
            let key = CreationKey(part, from: vector.source, board: board)
            #expect(key.bytes == vector.key.bytes)
        }
        let vector = vectors.identifiers.importedIdea
        let made = ChangeContent.idea(.zero).identified(
            on: board, by: MemberID(vector.member.bytes),
            key: CreationKey(.idea, from: vector.source, board: board))
        let idea = try #require(IdeaID(vector.id.bytes))
        #expect(made == .idea(idea))
        #expect(idea.base32 == vector.base32)
        #expect(IdeaID(base32: vector.base32) == idea)
        for vector in vectors.identifiers.members {
            let domain = try #require(MemberID.Domain(rawValue: vector.domain))
            #expect(MemberID(domain, vector.name, secret: secret).bytes == vector.id.bytes)
        }
    }

    @Test("Check values of none, one and three changesets")
    func checkValues() throws {
        #expect(vectors.checkValues.map(\.ids.count) == [0, 1, 3])
        for vector in vectors.checkValues {
            var value = CheckValue()
            for id in vector.ids { value.insert(try #require(ChangesetID(id.bytes))) }
            #expect(value.sum == vector.sum.bytes)
            #expect(value.digest == vector.digest.bytes)
        }
    }
}
