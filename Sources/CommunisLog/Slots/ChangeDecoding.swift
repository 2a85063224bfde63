import CommunisCore
import Foundation
import SwiftProtobuf

extension Slot {
    /// What the slot holds, judged by the rules of its kind (docs/format.md).
    ///
    /// - Parameter board: the board of the changeset, on which ids of what is made depend.
    func decoded(on board: BoardID) -> OpenedSlot.Content {
        // Before anything else, so that an unknown slot is so with and without its contents.
        guard let kind = Register.Kind(rawValue: kind) else { return .unknown }
        guard isWellKept else { return .invalid }
        let bytes: [UInt8]
        switch content {
        case .plain(let contents), .salted(let contents, _): bytes = contents
        case .erased: return changeCount == 1 ? .erased : .invalid
        }
        if kind == .vote {
            guard let block = VoteBlock(bytes: bytes), block.rows.count == Int(changeCount),
                block.greatestTimestamp == timestamp, block.bytes == bytes
            else { return .invalid }
            return .votes(block)
        }
        guard changeCount == 1 else { return .invalid }
        do {
            let (member, content) = try SlotReading.read(kind, bytes)
            let change = Change(timestamp, by: member, content.identified(by: self, on: board))
            if kind.isClosed, change.slot(salt: []).content != self.content { return .invalid }
            return .change(change)
        } catch SlotReading.Fault.unknown {
            return .unknown
        } catch {
            return .invalid
        }
    }

    /// Whether the slot is of a closed kind, of which a later version changes nothing.
    package var isClosed: Bool { Register.Kind(rawValue: kind)?.isClosed == true }

    /// Whether the slot is plain where its kind is closed, and else salted or erased: what is not
    /// closed may hold words, which have to be erasable, and salt keeps them from being guessed then.
    var isWellKept: Bool {
        switch content {
        case .plain: isClosed
        case .salted, .erased: !isClosed
        }
    }
}

/// From the message of each kind to the change it states. Each looks first for the value that only a
/// newer version knows: such a slot is unknown, whatever else it holds, since the newer version may
/// have changed the other rules with it.
private enum SlotReading {
    enum Fault: Error {
        /// The contents break a rule.
        case invalid
        /// A value that a newer version defines.
        case unknown
    }

    static func read(_ kind: Register.Kind, _ bytes: [UInt8]) throws -> (MemberID?, ChangeContent) {
        switch kind {
        case .vote: throw Fault.invalid
        case .revision: try revision(.init(serializedBytes: bytes))
        case .ideaField: try ideaField(.init(serializedBytes: bytes))
        case .label: try label(.init(serializedBytes: bytes))
        case .comment: try comment(.init(serializedBytes: bytes))
        case .sameAs: try sameAs(.init(serializedBytes: bytes))
        case .carry: try carry(.init(serializedBytes: bytes))
        case .member: try member(.init(serializedBytes: bytes))
        case .status: try status(.init(serializedBytes: bytes))
        case .hidden: try hidden(.init(serializedBytes: bytes))
        case .board: try board(.init(serializedBytes: bytes))
        case .node: try node(.init(serializedBytes: bytes))
        case .erase: try erase(.init(serializedBytes: bytes))
        case .idea: try idea(.init(serializedBytes: bytes))
        case .nodeName: try nodeName(.init(serializedBytes: bytes))
        }
    }

    private static func idea(_ message: Communis_V1_Idea) throws -> (MemberID?, ChangeContent) {
        (try acting(message.member), .idea(.zero))
    }

    private static func revision(_ message: Communis_V1_Revision) throws -> (
        MemberID?, ChangeContent
    ) {
        let field = try value(TextField.init, message.field.rawValue)
        let heads: [RevisionID] = try message.heads.map(identifier)
        try require(Set(heads).count == heads.count)
        try require(field.admits(message.text) && (field != .title || !message.text.isEmpty))
        let revision = Revision(
            id: .zero, idea: try identifier(message.idea), field: field, text: message.text,
            heads: heads)
        return (try acting(message.member), .revision(revision))
    }

    private static func ideaField(_ message: Communis_V1_IdeaField) throws -> (
        MemberID?, ChangeContent
    ) {
        let field: IdeaField
        switch message.value {
        case .buildsOn(let other) where other.isEmpty: field = .buildsOn(nil)
        case .buildsOn(let other): field = .buildsOn(try identifier(other))
        case .source(let source):
            try require(source.utf8.count <= Limits.needBytes)
            field = .source(source)
        case .withdrawn(let isOn): field = .withdrawn(isOn)
        case nil: throw absence(message.unknownFields)
        }
        return (try acting(message.member), .ideaField(try identifier(message.idea), field))
    }

    private static func label(_ message: Communis_V1_Label) throws -> (MemberID?, ChangeContent) {
        let axis = try value(Label.Axis.init, message.axis.rawValue)
        try require(!message.name.isEmpty && Limits.isName(message.name))
        return (
            try acting(message.member),
            .label(try identifier(message.idea), Label(axis, message.name), isOn: message.on)
        )
    }

    private static func comment(_ message: Communis_V1_Comment) throws -> (MemberID?, ChangeContent)
    {
        let content: ChangeContent
        switch message.value {
        case .text(let text):
            try require(!text.text.isEmpty && text.text.utf8.count <= Limits.textBytes)
            // Its id follows from the slot: to carry another would only be to contradict it.
            try require(message.comment.isEmpty)
            content = .comment(.zero, .text(idea: try identifier(text.idea), text.text))
        case .withdrawn(let isOn):
            content = .comment(try identifier(message.comment), .withdrawn(isOn))
        case nil: throw absence(message.unknownFields)
        }
        return (try acting(message.member), content)
    }

    private static func sameAs(_ message: Communis_V1_SameAs) throws -> (MemberID?, ChangeContent) {
        let pair = try pair(message.first, message.second)
        return (try acting(message.member), .sameAs(pair, isOn: message.on))
    }

    private static func carry(_ message: Communis_V1_Carry) throws -> (MemberID?, ChangeContent) {
        let consent = try value(Consent.init, message.consent.rawValue)
        let pair = try pair(message.first, message.second)
        return (try identifier(message.member), .carry(pair, consent))
    }

    private static func member(_ message: Communis_V1_Member) throws -> (MemberID?, ChangeContent) {
        let field: MemberField
        switch message.value {
        case .name(let name):
            try require(Limits.isName(name))
            field = .name(name)
        case .rights(let rights): field = .rights(manage: rights.manage)
        case nil: throw absence(message.unknownFields)
        }
        return (try acting(message.member), .member(try identifier(message.subject), field))
    }

    private static func status(_ message: Communis_V1_IdeaStatus) throws -> (
        MemberID?, ChangeContent
    ) {
        let status = try value(Status.init, message.status.rawValue)
        try require(message.note.utf8.count <= Limits.textBytes)
        let idea: IdeaID = try identifier(message.idea)
        return (try acting(message.member), .status(idea, status, note: message.note))
    }

    private static func hidden(_ message: Communis_V1_Hidden) throws -> (MemberID?, ChangeContent) {
        let target: HidingTarget
        switch message.target {
        case .idea(let idea): target = .idea(try identifier(idea))
        case .comment(let comment): target = .comment(try identifier(comment))
        case nil: throw absence(message.unknownFields)
        }
        try require(message.reason.utf8.count <= Limits.textBytes)
        return (
            try acting(message.member), .hidden(target, isOn: message.on, reason: message.reason)
        )
    }

    private static func board(_ message: Communis_V1_Board) throws -> (MemberID?, ChangeContent) {
        try require(!message.setting.isEmpty && Limits.isName(message.setting))
        try require(message.value.utf8.count <= Limits.textBytes)
        return (
            try acting(message.member), .board(setting: message.setting, value: message.value)
        )
    }

    private static func node(_ message: Communis_V1_Node) throws -> (MemberID?, ChangeContent) {
        let field: NodeField
        switch message.value {
        case .role(let change):
            let role = try value(Role.init, change.role.rawValue)
            // The founder's role is nobody's to give.
            try require(role != .founder)
            let heads: [ChangesetID] = try change.heads.map(identifier)
            try require(Set(heads).count == heads.count)
            field = .role(role, heads: heads)
        case .proves(let isOn): field = .proves(isOn)
        case .clockOffset(let offset): field = .clock(offset: offset)
        case .disavowed(let isOn): field = .disavowed(isOn)
        case nil: throw absence(message.unknownFields)
        }
        return (try acting(message.member), .node(try identifier(message.node), field))
    }

    private static func nodeName(_ message: Communis_V1_NodeName) throws -> (
        MemberID?, ChangeContent
    ) {
        try require(Limits.isName(message.name))
        let node: NodeID = try identifier(message.node)
        return (try acting(message.member), .nodeName(node, message.name))
    }

    private static func erase(_ message: Communis_V1_Erase) throws -> (MemberID?, ChangeContent) {
        try require(message.slot < UInt32(Limits.changesPerChangeset))
        let changeset: ChangesetID = try identifier(message.changeset)
        return (try acting(message.member), .erase(changeset, slot: message.slot))
    }

    // MARK: - Rules that kinds share

    private static func require(_ condition: Bool) throws {
        if !condition { throw Fault.invalid }
    }

    private static func identifier<Identifier: FixedBytes>(_ data: Data) throws -> Identifier {
        guard let identifier = Identifier(data) else { throw Fault.invalid }
        return identifier
    }

    /// Who acts: nobody, or 12 bytes.
    private static func acting(_ data: Data) throws -> MemberID? {
        data.isEmpty ? nil : try identifier(data)
    }

    /// The pair must be written with the smaller id first, so that it has one form.
    private static func pair(_ first: Data, _ second: Data) throws -> IdeaPair {
        let (smaller, greater): (IdeaID, IdeaID) = (try identifier(first), try identifier(second))
        guard smaller < greater, let pair = IdeaPair(smaller, greater) else { throw Fault.invalid }
        return pair
    }

    /// A number of an enum: zero breaks the rules, one that this version lacks is unknown.
    private static func value<Value>(_ make: (UInt8) -> Value?, _ number: Int) throws -> Value {
        try require(number != 0)
        guard let byte = UInt8(exactly: number), let value = make(byte) else {
            throw Fault.unknown
        }
        return value
    }

    /// No alternative of a `oneof`: one that this version lacks, or none at all.
    private static func absence(_ unknownFields: UnknownStorage) -> Fault {
        unknownFields.data.isEmpty ? .invalid : .unknown
    }
}

extension Slot {
    /// Whether the slot's contents follow the rules of its kind.
    package var isMeaningful: Bool {
        switch decoded(on: .zero) {
        case .votes, .change: true
        case .erased, .unknown, .invalid: false
        }
    }

    /// The change, where the slot holds one: of a block of votes, where it is of one vote.
    package func singleChange(on board: BoardID) -> Change? {
        switch decoded(on: board) {
        case .change(let change): change
        case .votes(let block) where block.rows.count == 1: block.votes[0].change
        default: nil
        }
    }
}
