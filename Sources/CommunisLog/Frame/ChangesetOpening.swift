import CommunisCore

/// A changeset whose frame has been verified, with its slots decoded.
package struct OpenedChangeset: Sendable {
    package var sealed: SealedChangeset
    package var id: ChangesetID
    package var header: ChangesetHeader
    package var slots: [OpenedSlot]
    /// Whether the header contradicts the slots: validly signed, without meaning.
    package var isHeaderVoid: Bool
    /// Whether the payload, of which nothing is erased, has not the size that the header says.
    package var isSizeVoid: Bool
    /// Whether it is of a newer format, whose slots this version does not read.
    package var isNewerFormat: Bool
    /// The slots that came without their contents.
    package var erasedSlots: Set<UInt32>

    /// What the changeset's contents amount to, if the slots at `erased` are absent.
    ///
    /// Contents that are erased are not judged, whether or not their bytes are still here, so that
    /// a node that never saw them comes to the same verdict. Nor is the size of the payload then.
    package func judgement(erased: Set<UInt32> = []) -> Judgement {
        if isNewerFormat { return .unknown }
        if isHeaderVoid { return .void }
        var judgement = Judgement.meaningful
        var isWhole = true
        for (number, slot) in slots.enumerated() {
            if slot.isErasable && erased.contains(UInt32(number)) {
                isWhole = false
                continue
            }
            switch slot.content {
            case .invalid: return .void
            case .unknown: judgement = .unknown
            case .change, .votes, .erased: continue
            }
        }
        return isWhole && isSizeVoid ? .void : judgement
    }

    package enum Judgement: Sendable {
        case meaningful
        /// Validly signed, contents nonsense: kept, no effect.
        case void
        /// Holds something of a newer version: kept, passed on, the rest applies.
        case unknown
    }
}

/// One slot with its contents decoded.
package struct OpenedSlot: Sendable {
    package enum Content: Sendable {
        case votes(VoteBlock)
        case change(Change)
        case erased
        /// Of a kind, or with a value, of a newer version.
        case unknown
        /// Breaks a rule of its kind, which makes the whole changeset void.
        case invalid
    }

    package var kind: UInt16
    package var content: Content

    /// Whether an erasure of the slot means anything: all can be erased but what is of a closed kind.
    package var isErasable: Bool { Register.Kind(rawValue: kind)?.isClosed != true }
    /// The place of the slot's first change among all changes of the changeset.
    package var firstIndex: Int
}

extension SealedChangeset {
    /// Verifies every length, the board, the limits, the root and, unless it was verified when it
    /// was stored, the signature; then decodes the slots.
    ///
    /// - Parameter board: the board it must belong to; `nil` accepts a founding changeset of any.
    package func open(board: BoardID?, verifyingSignature: Bool = true) throws(Refusal)
        -> OpenedChangeset
    {
        guard let header = ChangesetHeader(header), header.format > 0,
            signature.count == Self.signatureByteCount
        else { throw .malformed }
        let id = self.id
        guard header.isFounding ? board == nil || board == id : board == header.board else {
            throw .wrongBoard
        }
        guard header.timestamp.isValid, header.changeCount <= Limits.changesPerChangeset,
            header.payloadSize <= Limits.payloadBytes, payload.count <= Limits.erasedPayloadBytes
        else { throw .overLimits }
        guard let slots = [Slot](payload: payload) else { throw .malformed }
        let erased = zip(UInt32(0)..., slots).filter(\.1.isErased).map(\.0)
        guard slots.allSatisfy(\.timestamp.isValid),
            !erased.isEmpty || payload.count <= Limits.payloadBytes
        else { throw .overLimits }
        guard slots.allSatisfy(\.isWellKept) else { throw .malformed }
        guard slots.root == header.root else { throw .wrongRoot }
        guard !verifyingSignature || header.node.hasSigned(Self.signedMessage(id), signature) else {
            throw .badSignature
        }
        let opened = Self.decode(slots, on: header.isFounding ? id : header.board)
        // What nobody can erase must hold no words: a slot of a closed kind is what the format says,
        // to the byte, in every format to come, or no correct node sealed it.
        for (slot, decoded) in zip(slots, opened) where slot.isClosed {
            switch decoded.content {
            case .votes, .change: continue
            case .erased, .unknown, .invalid: throw .malformed
            }
        }
        let isNewerFormat = header.format != ChangesetHeader.currentFormat
        return OpenedChangeset(
            sealed: self, id: id, header: header,
            slots: isNewerFormat ? [] : opened,
            isHeaderVoid: !header.agrees(with: slots),
            isSizeVoid: erased.isEmpty && payload.count != Int(header.payloadSize),
            isNewerFormat: isNewerFormat, erasedSlots: Set(erased))
    }

    private static func decode(_ slots: [Slot], on board: BoardID) -> [OpenedSlot] {
        var index = 0
        return slots.map { slot in
            defer { index += Int(slot.changeCount) }
            return OpenedSlot(kind: slot.kind, content: slot.decoded(on: board), firstIndex: index)
        }
    }
}

extension ChangesetHeader {
    /// Whether what the header says of the slots, and of its own place, is true.
    fileprivate func agrees(with slots: [Slot]) -> Bool {
        let isFirst = sequence == 1
        return !slots.isEmpty && sequence > 0 && isFirst == (previous == .zero)
            && timestamp == slots.map(\.timestamp).max()
            && UInt64(changeCount) == slots.reduce(0) { $0 + UInt64($1.changeCount) }
    }
}
