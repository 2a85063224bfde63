import CommunisCore
import CommunisExchange
import CommunisStore

extension IdeaPage {
    /// The page as `show --json` prints it: the keys of `list --json`, and more.
    func json() throws -> String { try JSONOutput.encode(Record(self)) }

    private struct Record: Encodable {
        struct Comment: Encodable {
            var id, ref, text, createdAt: String
            @Present var createdBy: String?
            @Present var node: String?
            @Present var nodeName: String?
        }

        struct Version: Encodable {
            var id, ref, field, text, at: String
            @Present var createdBy: String?
            var node: String
            @Present var nodeName: String?
        }

        struct Vote: Encodable {
            var member: String
            @Present var name: String?
            var value: Int
            var proof, at, node: String
            @Present var nodeName: String?
            /// The idea on which it was cast, and whether it is the member's vote that counts.
            var idea: String
            var counts: Bool
        }

        enum CodingKeys: CodingKey {
            case body, statusNote, statusAt, statusBy, buildsOn, proven, hidden, hiddenReason
            case hiddenBy, withdrawn, concurrent, versions, discussion, hiddenComments, votes
            case joinedTo, joined, ancestors, descendants, node, nodeName, withdrawnAtNode
        }

        let page: IdeaPage

        init(_ page: IdeaPage) { self.page = page }

        func encode(to encoder: any Encoder) throws {
            let idea = page.idea
            try IdeaRecord(idea).encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(idea.body, forKey: .body)
            try container.encode(
                idea.statusNote.isEmpty ? nil : idea.statusNote, forKey: .statusNote)
            try container.encode(
                page.answer?.change.timestamp.moment.iso8601, forKey: .statusAt)
            try container.encode(page.answer?.memberName, forKey: .statusBy)
            try container.encode(idea.buildsOn?.base32, forKey: .buildsOn)
            try container.encode(page.lineage.joinedTo?.id.base32, forKey: .joinedTo)
            for (ideas, key) in [
                (page.lineage.joined, CodingKeys.joined),
                (page.lineage.ancestors, .ancestors), (page.lineage.descendants, .descendants),
            ] {
                try container.encode(ideas.map(\.id.base32), forKey: key)
            }
            try container.encode(idea.tally.proven, forKey: .proven)
            try container.encode(idea.isHidden, forKey: .hidden)
            try container.encode(hiddenReason, forKey: .hiddenReason)
            try container.encode(page.hiding?.memberName, forKey: .hiddenBy)
            try container.encode(page.origin.map { Base32.encode($0.node.bytes) }, forKey: .node)
            try container.encode(page.origin?.name, forKey: .nodeName)
            try container.encode(idea.isWithdrawn, forKey: .withdrawn)
            try container.encode(
                page.withdrawal.map { Base32.encode($0.node.bytes) }, forKey: .withdrawnAtNode)
            try container.encode(idea.concurrentFields.map(\.name), forKey: .concurrent)
            try container.encode(page.versions.joined().map(version), forKey: .versions)
            try container.encode(page.comments.map(comment), forKey: .discussion)
            try container.encode(page.hiddenComments, forKey: .hiddenComments)
            try container.encodeIfPresent(page.votes?.map(vote), forKey: .votes)
        }

        private var hiddenReason: String? {
            guard case .hidden(_, _, let reason)? = page.hiding?.change.content else { return nil }
            return reason.isEmpty ? nil : reason
        }

        private func comment(_ shown: ShownComment) -> Comment {
            let row = shown.comment
            return Comment(
                id: row.id.base32, ref: shown.ref, text: row.text,
                createdAt: row.createdAt.iso8601, createdBy: row.createdBy,
                node: shown.copy.map { Base32.encode($0.node.bytes) },
                nodeName: shown.copy?.name)
        }

        private func version(_ row: RevisionRow) -> Version {
            Version(
                id: row.id.base32, ref: row.ref, field: row.field.name, text: row.text,
                at: row.at.moment.iso8601, createdBy: row.memberName,
                node: Base32.encode(row.node.bytes), nodeName: row.nodeName)
        }

        private func vote(_ row: VoteRow) -> Vote {
            Vote(
                member: Base32.encode(row.member.bytes), name: row.memberName,
                value: row.vote.ballot.number ?? 0, proof: "\(row.vote.proof)",
                at: row.at.moment.iso8601, node: Base32.encode(row.node.bytes),
                nodeName: page.nodes[row.node]?.name, idea: row.idea.base32, counts: row.counts)
        }
    }
}
