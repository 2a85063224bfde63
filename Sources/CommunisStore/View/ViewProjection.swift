import CommunisCore
import Foundation
import GRDB

extension ViewWriter {
    /// Writes the value of a change that has just won its register.
    ///
    /// - Parameter precedence: where it stands among all changes.
    func project(_ change: Change, at precedence: Precedence) throws {
        switch change.content {
        case .vote:
            preconditionFailure("votes are merged apart")
        case .idea(let idea):
            let key = try ideaKey(idea)
            try database.run(
                "UPDATE idea SET author = ? WHERE key = ?", try change.member.map(memberKey), key)
            // What makes it known since when it is there.
            touchedTexts.insert(TextKey(idea: key, field: .title))
        case .revision(let revision):
            try project(revision, by: change.member, at: precedence)
        case .ideaField(let idea, let field):
            let key = try ideaKey(idea)
            switch field {
            case .buildsOn(let other):
                try database.run("UPDATE idea SET builds_on = ? WHERE key = ?", other?.data, key)
            case .source(let source):
                try database.run("UPDATE idea SET source = ? WHERE key = ?", source, key)
            case .withdrawn(let isOn):
                try database.run(
                    "UPDATE idea SET withdrawn = ?1 WHERE key = ?2 AND withdrawn <> ?1", isOn, key)
                if database.changesCount > 0 { try touchListing(key) }
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
            let (first, second) = (try ideaKey(pair.first), try ideaKey(pair.second))
            try database.run(
                isOn
                    ? "INSERT OR IGNORE INTO same_as(first, second) VALUES(?, ?)"
                    : "DELETE FROM same_as WHERE first = ? AND second = ?",
                first, second)
            // To say once more what holds already costs nobody anything.
            if database.changesCount > 0 { touchedJoins.formUnion([first, second]) }
        case .carry(let pair, let consent):
            guard let member = change.member else { return }
            let keys = JoinGraph.Pair(
                first: try ideaKey(pair.first), second: try ideaKey(pair.second))
            try project(consent, of: try memberKey(member), across: keys)
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
        case .nodeName(let node, let name):
            try database.run(
                "UPDATE node_standing SET name = ? WHERE node = ?", name.isEmpty ? nil : name,
                try standingKey(of: node))
        case .erase(let changeset, let slot):
            try database.run(
                "INSERT OR IGNORE INTO erased(changeset, slot) VALUES(?, ?)", changeset.data,
                Int64(slot))
        }
    }

    private func project(
        _ revision: Revision, by member: MemberID?, at precedence: Precedence
    ) throws {
        let text = TextKey(idea: try ideaKey(revision.idea), field: revision.field)
        // The id follows from all of this but where it stands: a revision that is here already says
        // the same.
        try database.run(
            """
            INSERT INTO revision(id, idea, field, member, text, heads, standing, named)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, EXISTS(
                SELECT 1 FROM revision_naming WHERE idea = ?2 AND field = ?3 AND id = ?1))
            ON CONFLICT(id) DO UPDATE SET standing = excluded.standing
            """,
            revision.id.data, text.idea, Int64(text.field.rawValue),
            try member.map(memberKey), revision.text, Data(revision.heads.flatMap(\.bytes)),
            precedence.column)
        try name(revision.heads, in: text)
        touchedTexts.insert(text)
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
        case .withdrawn(let isOn):
            try database.run("UPDATE comment SET withdrawn = ? WHERE key = ?", isOn, before.key)
        }
        try noteComment(comment, before)
    }

    /// Notes that the words of a comment, or whether it is to be seen, may be others than before. Ideas
    /// know how many of their comments are to be seen, and count one more or less.
    private func noteComment(_ comment: CommentID, _ before: CommentRow) throws {
        let after = try commentRow(comment)
        for (row, count) in [(before, -1), (after, 1)] {
            guard let idea = row.idea else { continue }
            if row.isSeen { commentChanges[idea, default: 0] += count }
            touchedIdeas.insert(idea)
        }
    }

    private func project(hiding target: HidingTarget, isOn: Bool, reason: String) throws {
        let reason = reason.isEmpty ? nil : reason
        switch target {
        case .idea(let idea):
            let key = try ideaKey(idea)
            try database.run(
                "UPDATE idea SET hidden = ?1 WHERE key = ?2 AND hidden <> ?1", isOn, key)
            if database.changesCount > 0 { try touchListing(key) }
            try database.run("UPDATE idea SET hidden_reason = ? WHERE key = ?", reason, key)
        case .comment(let comment):
            let before = try commentRow(comment)
            try database.run(
                "UPDATE comment SET hidden = ?, hidden_reason = ? WHERE key = ?", isOn, reason,
                before.key)
            try noteComment(comment, before)
        }
    }

    private func project(_ node: NodeID, _ field: NodeField) throws {
        let key = try standingKey(of: node)
        switch field {
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

    /// The key of a node that is spoken of, and so has a row.
    private func standingKey(of node: NodeID) throws -> Int64 {
        let key = try Self.nodeKey(node, database)
        try database.run("INSERT OR IGNORE INTO node_standing(node) VALUES(?)", key)
        return key
    }

    private struct CommentRow {
        var key: Int64
        var idea: Int64?
        /// Whether it is neither hidden nor withdrawn.
        var isSeen: Bool
    }

    /// The row of a comment, made if there is none.
    private func commentRow(_ id: CommentID) throws -> CommentRow {
        if let row = try database.row(
            "SELECT key, idea, NOT hidden AND NOT withdrawn FROM comment WHERE id = ?", id.data)
        {
            return CommentRow(key: try row[0], idea: try row[1], isSeen: try row[2])
        }
        try database.run("INSERT INTO comment(id) VALUES(?)", id.data)
        return CommentRow(key: database.lastInsertedRowID, idea: nil, isSeen: true)
    }
}
