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
        return switch content {
        case .vote(let idea, let vote): words(vote.ballot, try name(idea))
        case .revision(let revision): words(revision, try name(revision.idea))
        case .ideaField(let idea, let field): try words(field, try name(idea))
        case .label(let idea, let label, let isOn): words(label, isOn, try name(idea))
        case .comment(let comment, let field): try words(comment, field)
        case .sameAs(let pair, true):
            "joins \(try name(pair.first)) and \(try name(pair.second))"
        case .sameAs(let pair, false):
            "splits \(try name(pair.first)) and \(try name(pair.second))"
        case .carry(let pair, .consents):
            "consents to joining \(try name(pair.first)) and \(try name(pair.second))"
        case .carry(let pair, .objects):
            "objects to joining \(try name(pair.first)) and \(try name(pair.second))"
        case .member(let member, let field):
            words(field, String(Base32.encode(member.bytes).prefix(8)))
        case .status(let idea, let status, ""): "\(try name(idea)) is \(status.words)"
        case .status(let idea, let status, let note):
            "\(try name(idea)) is \(status.words): \(note.quoted)"
        case .hidden(let target, let isOn, let reason): try words(hiding: target, isOn, reason)
        case .board(let setting, let value): "sets \(setting) to \(value.quoted)"
        case .node(let node, let field): "\(node.shortName): \(words(field))"
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

    private func words(_ revision: Revision, _ idea: String) -> Phrase {
        revision.heads.isEmpty
            ? "writes the \(revision.field.words) of \(idea): \(revision.text.quoted)"
            : "revises the \(revision.field.words) of \(idea): \(revision.text.quoted)"
    }

    private func words(_ field: IdeaField, _ idea: String) throws -> Phrase {
        switch field {
        case .buildsOn(let other?): "\(idea) builds on \(try name(other))"
        case .buildsOn(nil): "\(idea) builds on nothing"
        case .source(let source): "\(idea) comes from \(source)"
        case .withdrawn(true): "withdraws \(idea)"
        case .withdrawn(false): "brings back \(idea)"
        }
    }

    private func words(_ label: Label, _ isOn: Bool, _ idea: String) -> Phrase {
        let facet = Facet(rawValue: label.name)?.words ?? Phrase(verbatim: label.name)
        return switch (label.axis, isOn) {
        case (.facet, true): "sets facet \(facet) on \(idea)"
        case (.facet, false): "removes facet \(facet) from \(idea)"
        case (.tag, true): "sets tag \(label.name) on \(idea)"
        case (.tag, false): "removes tag \(label.name) from \(idea)"
        }
    }

    private func words(_ comment: CommentID, _ field: CommentField) throws -> Phrase {
        switch field {
        case .text(let idea, let text): "comments on \(try name(idea)): \(text.quoted)"
        case .withdrawn(true): "withdraws comment \(comment.base32)"
        case .withdrawn(false): "brings back comment \(comment.base32)"
        }
    }

    private func words(_ field: MemberField, _ member: String) -> Phrase {
        switch field {
        case .name(let name): "names member \(member) \(name.quoted)"
        case .rights(true): "member \(member) may manage"
        case .rights(false): "member \(member) may not manage"
        }
    }

    private func words(hiding target: HidingTarget, _ isOn: Bool, _ reason: String) throws -> Phrase
    {
        let words: Phrase =
            switch (target, isOn) {
            case (.idea(let idea), true): "hides \(try name(idea))"
            case (.idea(let idea), false): "shows \(try name(idea)) again"
            case (.comment(let comment), true): "hides comment \(comment.base32)"
            case (.comment(let comment), false): "shows comment \(comment.base32) again"
            }
        return reason.isEmpty ? words : "\(words): \(reason.quoted)"
    }

    private func words(_ field: NodeField) -> Phrase {
        switch field {
        case .name(let name): "is called \(name.quoted)"
        case .role(let role, _): "is \(role.words)"
        case .proves(true): "proves members"
        case .proves(false): "does not prove members"
        case .clock(let offset): "had a clock off by \(offset) ms"
        case .disavowed(true): "is disavowed"
        case .disavowed(false): "is no longer disavowed"
        }
    }

    private func name(_ idea: IdeaID) throws -> String {
        if let name = names[idea] { return name }
        let name = try board.name(of: idea)
        names[idea] = name
        return name
    }
}
