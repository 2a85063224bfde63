import CommunisCore
import Foundation
import GRDB

extension ViewWriter {
    /// Writes the value of a change that has just won its register.
    func project(_ change: Change) throws {
        switch change.content {
        case .vote:
            preconditionFailure("votes are merged apart")
        case .revision(let revision):
            try project(revision, by: change.member)
        case .ideaField(let idea, let field):
            let key = try ideaKey(idea)
            switch field {
            case .buildsOn(let other):
                try database.run("UPDATE idea SET builds_on = ? WHERE key = ?", other?.data, key)
            case .source(let source):
                try database.run("UPDATE idea SET source = ? WHERE key = ?", source, key)
            case .withdrawn(let isOn):
                try database.run("UPDATE idea SET withdrawn = ? WHERE key = ?", isOn, key)
                try touchListing(key)
            }
        case .label(let idea, let label, let isOn):
            let key = try ideaKey(idea)
            let axis = Int64(label.axis.rawValue)
            try database.run(
                isOn
                    ? "INSERT OR IGNORE INTO label(idea, axis, name) VALUES(?, ?, ?)"
                    : "DELETE FROM label WHERE idea = ? AND axis = ? AND name = ?",
                key, axis, label.name)
            touchedWords.insert(key)
        case .comment(let comment, let field):
            try project(comment, field, change)
        case .sameAs(let pair, let isOn):
            touchedJoins.formUnion([try ideaKey(pair.first), try ideaKey(pair.second)])
            try database.run(
                isOn
                    ? "INSERT OR IGNORE INTO same_as(first, second) VALUES(?, ?)"
                    : "DELETE FROM same_as WHERE first = ? AND second = ?",
                try ideaKey(pair.first), try ideaKey(pair.second))
        case .carry(let pair, let consent):
            guard let member = change.member else { return }
            touchedJoins.insert(try ideaKey(pair.first))
            try database.run(
                "INSERT OR REPLACE INTO carry(first, second, member, consent) VALUES(?, ?, ?, ?)",
                try ideaKey(pair.first), try ideaKey(pair.second), try memberKey(member),
                Int64(consent.rawValue))
        case .member(let member, let field):
            let key = try memberKey(member)
            switch field {
            case .name(let name):
                try database.run(
                    "UPDATE member SET name = ? WHERE key = ?", name.isEmpty ? nil : name, key)
            case .rights(let manage):
                try database.run("UPDATE member SET manages = ? WHERE key = ?", manage, key)
            }
        case .status(let idea, let status, let note):
            try database.run(
                "UPDATE idea SET status = ?, status_note = ? WHERE key = ?",
                Int64(status.rawValue), note.isEmpty ? nil : note, try ideaKey(idea))
        case .hidden(let target, let isOn, let reason):
            try project(hiding: target, isOn: isOn, reason: reason)
        case .board(let setting, let value):
            try database.run(
                "INSERT OR REPLACE INTO board_setting(name, value) VALUES(?, ?)", setting, value)
            if setting == BoardSetting.ballot.rawValue { isBallotTouched = true }
        case .node(let node, let field):
            try project(node, field)
        case .erase(let changeset, let slot):
            try database.run(
                "INSERT OR IGNORE INTO erased(changeset, slot) VALUES(?, ?)", changeset.data,
                Int64(slot))
        }
    }

    private func project(_ revision: Revision, by member: MemberID?) throws {
        let idea = try ideaKey(revision.idea)
        // A revision id that is written twice, which no honest node does, may move to another
        // field or idea: what it leaves has to be computed anew as well.
        if let row = try database.row(
            "SELECT idea, field FROM revision WHERE id = ?", revision.id.data),
            let field = TextField(rawValue: UInt8(truncatingIfNeeded: try row[1] as Int64))
        {
            touchedTexts.insert(TextKey(idea: try row[0], field: field))
        }
        try database.run(
            """
            INSERT INTO revision(id, idea, field, member, text, heads) VALUES(?, ?, ?, ?, ?, ?)
            ON CONFLICT(id) DO UPDATE SET idea = excluded.idea, field = excluded.field,
                member = excluded.member, text = excluded.text, heads = excluded.heads
            """,
            revision.id.data, idea, Int64(revision.field.rawValue),
            try member.map(memberKey), revision.text, Data(revision.heads.flatMap(\.bytes)))
        touchedTexts.insert(TextKey(idea: idea, field: revision.field))
    }

    private func project(
        _ comment: CommentID, _ field: CommentField, _ change: Change
    ) throws {
        let before = try commentRow(comment)
        switch field {
        case .text(let idea, let text):
            let key = try ideaKey(idea)
            try database.run(
                """
                UPDATE comment SET idea = ?, member = ?, created = ?, text = ? WHERE key = ?
                """,
                key, try change.member.map(memberKey), change.timestamp.column, text,
                before.key)
            touchedIdeas.insert(key)
        case .withdrawn(let isOn):
            try database.run("UPDATE comment SET withdrawn = ? WHERE key = ?", isOn, before.key)
        }
        if let idea = before.idea { touchedIdeas.insert(idea) }
    }

    private func project(hiding target: HidingTarget, isOn: Bool, reason: String) throws {
        let reason = reason.isEmpty ? nil : reason
        switch target {
        case .idea(let idea):
            let key = try ideaKey(idea)
            try database.run(
                "UPDATE idea SET hidden = ?, hidden_reason = ? WHERE key = ?", isOn, reason, key)
            try touchListing(key)
        case .comment(let comment):
            let row = try commentRow(comment)
            try database.run(
                "UPDATE comment SET hidden = ?, hidden_reason = ? WHERE key = ?", isOn, reason,
                row.key)
            if let idea = row.idea { touchedIdeas.insert(idea) }
        }
    }

    private func project(_ node: NodeID, _ field: NodeField) throws {
        let key = try Self.nodeKey(node, database)
        try database.run("INSERT OR IGNORE INTO node_standing(node) VALUES(?)", key)
        switch field {
        case .name(let name):
            try database.run(
                "UPDATE node_standing SET name = ? WHERE node = ?", name.isEmpty ? nil : name, key)
        case .role(let role, let heads):
            try database.run(
                "UPDATE node_standing SET role = ?, role_heads = ? WHERE node = ?",
                Int64(role.rawValue), Data(heads.flatMap(\.bytes)), key)
        case .proves(let isOn):
            try database.run("UPDATE node_standing SET proves = ? WHERE node = ?", isOn, key)
            nodeSubjects.append(NodeSubject(node: node, matter: .votes))
        case .clock(let offset):
            try database.run(
                "UPDATE node_standing SET clock_offset = ? WHERE node = ?", offset, key)
        case .disavowed(let isOn):
            try database.run("UPDATE node_standing SET disavowed = ? WHERE node = ?", isOn, key)
            nodeSubjects.append(NodeSubject(node: node, matter: .votes))
        }
    }

    /// The row of a comment, made if there is none.
    private func commentRow(_ id: CommentID) throws -> (key: Int64, idea: Int64?) {
        if let row = try database.row("SELECT key, idea FROM comment WHERE id = ?", id.data) {
            return (try row[0], try row[1])
        }
        try database.run("INSERT INTO comment(id) VALUES(?)", id.data)
        return (database.lastInsertedRowID, nil)
    }
}
