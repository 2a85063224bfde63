import CommunisCore
import CommunisStore

/// Changes in words, as `log` shows them.
final class ChangeWords {
    private let board: Board
    private var names: [IdeaID: String] = [:]

    init(_ board: Board) { self.board = board }

    func kind(_ entry: LogEntry) -> String {
        Register.Kind(rawValue: entry.kind).map { "\($0)" } ?? "kind \(entry.kind)"
    }

    func member(_ entry: LogEntry) -> String {
        guard let member = entry.change?.member else { return "–" }
        return entry.memberName ?? String(Base32.encode(member.bytes).prefix(8))
    }

    func summary(_ entry: LogEntry) throws -> Phrase {
        guard let content = entry.change?.content else {
            return "\(kind(entry)), whose contents are not here"
        }
        return try words(content)
    }

    private func words(_ content: ChangeContent) throws -> Phrase {
        switch content {
        case .vote(let idea, let vote): try words(vote.ballot, name(idea))
        case .idea(let idea): "makes \(try name(idea))"
        case .revision(let revision): try words(revision)
        case .ideaField(let idea, .buildsOn(let other)):
            try other.map { "\(try name(idea)) builds on \(try name($0))" }
                ?? "\(try name(idea)) builds on nothing"
        case .ideaField(let idea, .source(let source)):
            "\(try name(idea)) comes from \(source.printable)"
        case .ideaField(let idea, .withdrawn(let isOn)):
            isOn ? "withdraws \(try name(idea))" : "brings back \(try name(idea))"
        case .label(let idea, let label, let isOn): try words(label, name(idea), isOn: isOn)
        case .comment(let comment, .text(let idea, let text)):
            "comments on \(try name(idea)): \(text.quoted) (\(try ref(comment)))"
        case .comment(let comment, .withdrawn(let isOn)):
            isOn ? "withdraws \(try name(comment))" : "brings back \(try name(comment))"
        case .sameAs(let pair, let isOn):
            isOn
                ? "joins \(try name(pair.first)) and \(try name(pair.second))"
                : "splits \(try name(pair.first)) and \(try name(pair.second))"
        case .carry(let pair, let consent):
            consent == .consents
                ? "consents to joining \(try name(pair.first)) and \(try name(pair.second))"
                : "objects to joining \(try name(pair.first)) and \(try name(pair.second))"
        case .member(let member, .name(let name)):
            "names member \(shortName(member)) \(name.quoted)"
        case .member(let member, .rights(let manage)):
            manage
                ? "member \(shortName(member)) may manage"
                : "member \(shortName(member)) may not manage"
        case .status(let idea, let status, let note):
            note.isEmpty
                ? "\(try name(idea)) is \(status.words)"
                : "\(try name(idea)) is \(status.words): \(note.quoted)"
        case .hidden(let target, let isOn, let reason):
            try words(hiding: name(target), isOn: isOn, reason: reason)
        case .board(let setting, let value): "sets \(setting.printable) to \(value.quoted)"
        case .node(let node, let field): words(node.shortName, field)
        case .nodeName(let node, let name): "\(node.shortName) is called \(name.quoted)"
        case .erase(let changeset, let slot):
            "erases slot \(slot) of \(changeset.description.prefix(8))"
        }
    }

    private func words(_ ballot: Ballot, _ idea: String) -> Phrase {
        switch ballot {
        case .agree: "agrees with \(idea)"
        case .disagree: "disagrees with \(idea)"
        case .pass: "passes on \(idea)"
        case .withdrawn: "takes back the vote on \(idea)"
        }
    }

    private func words(_ revision: Revision) throws -> Phrase {
        let (field, idea) = (revision.field.words, try name(revision.idea))
        if revision.text.isEmpty { return "takes away the \(field) of \(idea)" }
        let text = revision.text.quoted
        return switch revision.heads.count {
        case 0: "writes the \(field) of \(idea): \(text)"
        case 1: "revises the \(field) of \(idea): \(text)"
        case let count: "settles \(count) versions of the \(field) of \(idea): \(text)"
        }
    }

    private func words(_ label: Label, _ idea: String, isOn: Bool) -> Phrase {
        let name = label.name.printable
        let facet = Facet.words(of: name)
        return switch (label.axis, isOn) {
        case (.facet, true): "sets facet \(facet) on \(idea)"
        case (.facet, false): "removes facet \(facet) from \(idea)"
        case (.tag, true): "sets tag \(name) on \(idea)"
        case (.tag, false): "removes tag \(name) from \(idea)"
        }
    }

    private func words(hiding target: Phrase, isOn: Bool, reason: String) -> Phrase {
        switch (isOn, reason.isEmpty) {
        case (true, true): "hides \(target)"
        case (true, false): "hides \(target): \(reason.quoted)"
        case (false, true): "shows \(target) again"
        case (false, false): "shows \(target) again: \(reason.quoted)"
        }
    }

    private func words(_ node: String, _ field: NodeField) -> Phrase {
        switch field {
        case .role(let role, _): "\(node) has the role \(role.words)"
        case .proves(let isOn):
            isOn ? "\(node) proves members" : "\(node) does not prove members"
        case .clock(let offset): "\(node) had a clock off by \(offset) ms"
        case .disavowed(let isOn):
            isOn ? "\(node) is disavowed" : "\(node) is no longer disavowed"
        }
    }

    private func shortName(_ member: MemberID) -> Substring {
        Base32.encode(member.bytes).prefix(8)
    }

    private func name(_ target: HidingTarget) throws -> Phrase {
        switch target {
        case .idea(let idea): Phrase(verbatim: try name(idea))
        case .comment(let comment): try name(comment)
        }
    }

    /// A comment with the idea that it is on, if its text is here.
    private func name(_ comment: CommentID) throws -> Phrase {
        let ref = try ref(comment)
        guard let idea = try board.idea(of: comment) else { return "comment \(ref)" }
        return "comment \(ref) on \(try name(idea))"
    }

    private func ref(_ comment: CommentID) throws -> String {
        try board.refs(of: [comment])[comment] ?? comment.base32
    }

    private func name(_ idea: IdeaID) throws -> String {
        if let name = names[idea] { return name }
        let summary = try board.idea(idea)
        let name = summary.map { "\($0.ref) \($0.title.quoted)" } ?? idea.base32
        names[idea] = name
        return name
    }
}
