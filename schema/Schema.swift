/// The SQL that makes and changes a board file, in the order in which it is run.
package enum Schema {
    /// Each statement list brings a file from one version to the next; versions count from 1.
    package static var migrations: [String] {
        [
            PackageResources.m0001_board_sql,
            PackageResources.m0002_clusters_sql,
        ].map { String(decoding: $0, as: UTF8.self) }
    }

    /// Every table of the view, emptied when the view is computed anew.
    package static let viewTables = [
        "register", "idea", "revision", "vote", "tally", "comment", "label", "member", "same_as",
        "carry", "cluster", "node_standing", "board_setting", "erased",
    ]
}
