/// Fider's trending score, over agreements less disagreements
/// (https://github.com/getfider/fider, `app/services/sqlstore/postgres/post.go`):
/// ((votes in 30 days × 5 + comments in 30 days × 3) − 1) / (age in hours + 2)^1.4.
package enum Trending {
    /// The time over which votes and comments are recent.
    package static let window: Duration = .seconds(30 * 86_400)

    /// `power` raises its first argument to its second; passed in, since the standard library has
    /// no such function.
    package static func score(
        recentScore: Int, recentComments: Int, age: Duration, power: (Double, Double) -> Double
    ) -> Double {
        let hours = Double(max(0, age.milliseconds)) / 3_600_000
        return (Double(recentScore) * 5 + Double(recentComments) * 3 - 1) / power(hours + 2, 1.4)
    }
}
