import CommunisCore
import CommunisExchange
import CommunisStore

extension NodeID {
    /// The beginning of the node's id.
    var shortName: String { String(Base32.encode(bytes).prefix(8)) }

    /// A node's name as it can be shown; the beginning of its id where nothing of it can be.
    static func label(_ name: String?, _ id: NodeID) -> String {
        let shown = name?.printable ?? ""
        return shown.allSatisfy(\.isWhitespace) ? id.shortName : shown
    }
}

extension NodeID {
    /// A node's name with the beginning of its id, where it matters which node it is: every node gives
    /// itself its name.
    static func distinctLabel(_ name: String?, _ id: NodeID) -> String {
        let label = label(name, id)
        return label == id.shortName ? label : "\(label) (\(id.shortName))"
    }
}

extension NodeRow {
    /// The node's name as it can be shown, or the beginning of its id.
    var label: String { NodeID.label(name, id) }
}

extension Milliseconds {
    /// The day and the minute, UTC: `2026-11-01 09:30`.
    var minute: String { String(iso8601.prefix(16)).replacing("T", with: " ") }
}

extension IdeaSummary {
    /// The idea in a sentence: its ref and title.
    var label: String { "\(ref) \(title.quoted)" }
}

extension TargetRow {
    /// The idea or comment in a sentence.
    var label: Phrase {
        switch target {
        case .idea: "\(ref) \(text.quoted)"
        case .comment: "comment \(ref) \(text.quoted)"
        }
    }
}

extension RevisionRow {
    /// Who wrote it, in a sentence.
    var author: String { memberName?.printable ?? say("somebody") }
    /// The copy on which it was written.
    var copy: String { NodeID.label(nodeName, node) }
}

extension WinningChange {
    /// Who made it, in a sentence: the member, or the copy that acted for itself.
    var author: String {
        if let memberName { return memberName.printable }
        return change.member == nil
            ? say("the copy \(NodeID.label(nodeName, node))") : say("somebody")
    }
}
