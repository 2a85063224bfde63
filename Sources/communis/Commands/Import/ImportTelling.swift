import CommunisCore
import CommunisExchange
import CommunisStore

/// Tells what an import did, and what it could not take over.
struct ImportTelling {
    var summary: ImportSummary
    var isTrial: Bool

    private struct Result: Encodable {
        var ideas, votes, comments, members, joins, objections: Int
        var changes, newVotes: Int
        var skippedHidings, skippedStatuses, skippedRights: Int
        var votesWithoutVoters, commentsWithoutTexts: Int
        var unknownStatuses: [String]
        var dryRun: Bool
    }

    func tell(inJSON: Bool) throws {
        Terminal.warn(of: summary.clockDoubt)
        for warning in warnings { Terminal.warning(warning) }
        if inJSON {
            Terminal.write(
                try JSONOutput.encode(
                    Result(
                        ideas: summary.ideas, votes: summary.votes, comments: summary.comments,
                        members: summary.members, joins: summary.joins,
                        objections: summary.objections, changes: summary.changes,
                        newVotes: summary.newVotes, skippedHidings: summary.skippedHidings,
                        skippedStatuses: summary.skippedStatuses,
                        skippedRights: summary.skippedRights,
                        votesWithoutVoters: summary.leftOut.votes,
                        commentsWithoutTexts: summary.leftOut.comments,
                        unknownStatuses: summary.leftOut.statuses.keys.sorted(), dryRun: isTrial)))
        } else {
            Terminal.line(line)
        }
    }

    private var line: Phrase {
        let ideas: Phrase = "\(summary.ideas, "idea", "ideas")"
        let votes: Phrase = "\(summary.votes, "vote", "votes")"
        let comments: Phrase = "\(summary.comments, "comment", "comments")"
        let changes: Phrase = "\(summary.changes, "change is", "changes are")"
        if summary.changes == 0 {
            return
                "Nothing new: \(ideas), \(votes) and \(comments) were read. What is here already stays as it is here."
        }
        if isTrial {
            return """
                Read \(ideas), \(votes) and \(comments); \(changes) new, \(summary.newVotes) of \
                them votes. Nothing was written.
                """
        }
        return """
            Read \(ideas), \(votes) and \(comments); \(changes) new, \(summary.newVotes) of them \
            votes.
            """
    }

    private var warnings: [Phrase] {
        var warnings: [Phrase] = []
        let leftOut = summary.leftOut
        if leftOut.isWithoutTime {
            warnings.append("the file does not say when it was; 1970 stands for it, see --date")
        }
        if leftOut.votes > 0 {
            warnings.append(
                """
                \(leftOut.votes, "vote was", "votes were") not taken over: the file says how many \
                there are, and not whose
                """)
        }
        if leftOut.comments > 0 {
            warnings.append(
                """
                \(leftOut.comments, "comment was", "comments were") not taken over: the file says \
                how many there are, and not what they say
                """)
        }
        if leftOut.pullRequests > 0 {
            warnings.append(
                "\(leftOut.pullRequests, "pull request was", "pull requests were") left out")
        }
        let unknown = leftOut.statuses.values.reduce(0, +)
        if unknown > 0 {
            let names = leftOut.statuses.keys.sorted().prefix(10).map(\.quoted)
            warnings.append(
                """
                \(unknown, "idea is", "ideas are") open, whose status means nothing here: \
                \(names.joined(separator: ", "))
                """)
        }
        warnings += summary.identityWarnings
        if summary.skippedHidings > 0 {
            warnings.append(
                """
                \(summary.skippedHidings, "text is", "texts are") shown that should be hidden: \
                only a steward's copy may hide them
                """)
        }
        if summary.skippedStatuses > 0 {
            warnings.append(
                """
                \(summary.skippedStatuses, "status was", "statuses were") left out: only a \
                steward's copy may set them
                """)
        }
        if summary.skippedRights > 0 {
            warnings.append(
                """
                \(summary.skippedRights, "member does", "members do") not manage the board: only \
                a steward's copy may let them
                """)
        }
        return warnings
    }
}

extension ImportSummary {
    /// What is doubtful about which ideas are meant.
    var identityWarnings: [Phrase] {
        var warnings: [Phrase] = []
        if unknownIdeas > 0 {
            warnings.append(
                """
                \(unknownIdeas, "idea is", "ideas are") not here, of which votes or \
                comments tell: these were set aside; import them again with the ideas
                """)
        }
        if doubledIdeas > 0 {
            warnings.append(
                """
                \(doubledIdeas, "idea is", "ideas are") here twice now, since their files \
                name other authors than before: `communis join-ideas` makes them one
                """)
        }
        return warnings
    }
}
