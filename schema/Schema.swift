/// The SQL that makes and changes a board file, in the order in which it is run.
package enum Schema {
    /// Each statement list brings a file from one version to the next; versions count from 1.
    package static var migrations: [String] {
        [
            PackageResources.m0001_board_sql,
            PackageResources.m0002_clusters_sql,
            PackageResources.m0003_search_sql,
            PackageResources.m0004_trust_sql,
            PackageResources.m0005_sync_sql,
            PackageResources.m0006_invitation_sql,
            PackageResources.m0007_clock_sql,
            PackageResources.m0008_peer_sql,
            PackageResources.m0009_placed_sql,
            PackageResources.m0010_pending_vote_sql,
            PackageResources.m0011_pending_key_sql,
            PackageResources.m0012_costs_sql,
        ].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The digest of the schema that all migrations together make, as `BoardSchema` computes it, so that
    /// an opening need not run them to compare. With a new migration it changes: the test
    /// `BoardSchemaTests` says what it is then, and until then an opening takes some ms more.
    package static let digest =
        "4551e18092b20574d6d662436f2d5344f07dbf86dcbee141605a13a4090b3697"

    /// Every table of the view, emptied when the view is computed anew.
    package static let viewTables = [
        "register", "idea", "revision", "revision_naming", "vote", "tally", "comment", "label",
        "member", "same_as", "carry", "cluster", "node_standing", "role_statement",
        "board_setting", "erased", "search_text", "search_term", "search_end",
    ]

    /// The full-text indexes over tables of the view. To delete their rows one by one would take as
    /// long as to write them (https://www.sqlite.org/fts5.html#the_delete_all_command).
    package static let viewIndexes = ["search", "search_part"]

    /// Empties what is computed from the log, but for what was erased.
    package static var emptyView: String {
        viewTables.filter { $0 != "erased" }.map { "DELETE FROM \($0);" }.joined()
            + viewIndexes.map { "INSERT INTO \($0)(\($0)) VALUES('delete-all');" }.joined()
    }
}
