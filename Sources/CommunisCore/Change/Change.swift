/// One timestamped statement by one member on one node.
package struct Change: Hashable, Sendable {
    package var timestamp: HybridTimestamp
    /// Who acts; `nil` where the node itself does.
    package var member: MemberID?
    package var content: ChangeContent

    package init(_ timestamp: HybridTimestamp, by member: MemberID?, _ content: ChangeContent) {
        self.timestamp = timestamp
        self.member = member
        self.content = content
    }
}

/// What a change says: the value it gives to one last-writer-wins register. The cases are the
/// rows of the format's table of kinds, in its order.
package enum ChangeContent: Hashable, Sendable {
    /// The acting member's vote on an idea.
    case vote(IdeaID, Vote)
    case revision(Revision)
    case ideaField(IdeaID, IdeaField)
    case label(IdeaID, Label, isOn: Bool)
    case comment(CommentID, CommentField)
    case sameAs(IdeaPair, isOn: Bool)
    /// Whether the acting member's vote may count across this pair.
    case carry(IdeaPair, Consent)
    case member(MemberID, MemberField)
    case status(IdeaID, Status, note: String)
    case hidden(HidingTarget, isOn: Bool, reason: String)
    case board(setting: String, value: String)
    case node(NodeID, NodeField)
    /// Free text that is to be gone everywhere, for ever.
    case erase(ChangesetID, slot: UInt32)
    /// Makes an idea, whose author is the acting member.
    case idea(IdeaID)
    case nodeName(NodeID, String)
}

/// A text field of an idea, of which every revision is kept.
package enum TextField: UInt8, CaseIterable, Sendable {
    case title = 1
    case need = 2
    case body = 3

    package var name: String { "\(self)" }

    /// Whether a text is within the field's limits.
    package func admits(_ text: String) -> Bool {
        switch self {
        case .title:
            text.utf8.count <= Limits.titleBytes
                && (text.utf8.count <= Limits.titleScalars
                    || text.unicodeScalars.count <= Limits.titleScalars)
        case .need: text.utf8.count <= Limits.needBytes
        case .body: text.utf8.count <= Limits.textBytes
        }
    }
}

package struct Revision: Hashable, Sendable {
    package var id: RevisionID
    package var idea: IdeaID
    package var field: TextField
    package var text: String
    /// The revisions of this field that the author saw and that nothing else replaced.
    package var heads: [RevisionID]

    package init(id: RevisionID, idea: IdeaID, field: TextField, text: String, heads: [RevisionID])
    {
        self.id = id
        self.idea = idea
        self.field = field
        self.text = text
        self.heads = heads
    }
}

package enum IdeaField: Hashable, Sendable {
    /// The idea that this one builds on; `nil` if on none.
    case buildsOn(IdeaID?)
    /// The imported row's own name, such as `polis:name:48`.
    case source(String)
    case withdrawn(Bool)
}

package struct Label: Hashable, Sendable {
    package enum Axis: UInt8, CaseIterable, Sendable {
        case facet = 1
        case tag = 2
    }

    package var axis: Axis
    package var name: String

    package init(_ axis: Axis, _ name: String) {
        self.axis = axis
        self.name = name
    }
}

package enum CommentField: Hashable, Sendable {
    case text(idea: IdeaID, String)
    case withdrawn(Bool)
}

package enum Consent: UInt8, CaseIterable, Sendable {
    case consents = 1
    case objects = 2
}

package enum MemberField: Hashable, Sendable {
    case name(String)
    /// Whether the member may manage the board on the web.
    case rights(manage: Bool)
}

package enum Status: UInt8, CaseIterable, Sendable {
    case open = 1
    case recognised = 2
    case exploring = 3
    case building = 4
    case shipped = 5
    case declined = 6

    package var name: String { "\(self)" }
}

package enum HidingTarget: Hashable, Sendable {
    case idea(IdeaID)
    case comment(CommentID)
}

/// What a node may do.
package enum Role: UInt8, CaseIterable, Comparable, Sendable {
    /// No role any more: revoked.
    case none = 1
    case reader = 2
    case contributor = 3
    case steward = 4
    /// The node whose first changeset names the board; nobody gives or takes this role.
    case founder = 5

    package var name: String { "\(self)" }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package enum NodeField: Hashable, Sendable {
    /// The role from now on; what lies in the ancestry of `heads`, the node's last good
    /// changesets, keeps counting as before.
    case role(Role, heads: [ChangesetID])
    /// Whether the node's word that a member is proven is believed.
    case proves(Bool)
    /// The offset, in milliseconds, of the clock under which the node sealed.
    case clock(offset: Int64)
    /// Whether none of the node's votes count.
    case disavowed(Bool)
}
