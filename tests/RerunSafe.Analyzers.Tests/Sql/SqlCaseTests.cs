using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Tests.Sql;

public class SqlCaseTests
{
    private static IEnumerable<TestCaseData> Cases => SqlCases.All.Select(c => new TestCaseData(c).SetArgDisplayNames(c.ToString()));

    // Texts without any of the verbs that matter may be refused.
    private static IEnumerable<TestCaseData> Verbs => Cases.Where(c => !c.Arguments[0]!.ToString()!.Contains("OPTIMIZE") && !c.Arguments[0]!.ToString()!.Contains("SET @x"));

    private static IEnumerable<TestCaseData> TSql => SqlCases.Of(SqlDialect.TSql).Select(c => new TestCaseData(c.Text).SetArgDisplayNames(c.ToString()));

    [Test]
    public void The_table_holds_enough_statements() => Assert.That(SqlCases.All.Count(), Is.GreaterThanOrEqualTo(400));

    [TestCaseSource(nameof(Cases))]
    public void A_statement_gets_the_verdict_of_the_table(object given)
    {
        var expected = (SqlCase)given;
        var worst = SqlCase.Worst(expected.Read());
        Assert.That((worst?.Effect ?? RerunEffect.None, worst?.Convergence ?? Convergence.None), Is.EqualTo((expected.Effect, expected.Convergence)));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_statement_of_the_table_has_no_open_clause(object given) =>
        Assert.That(((SqlCase)given).Read().Statements.Any(s => s.HasOpenClause), Is.False);

    [TestCaseSource(nameof(Verbs))]
    public void A_statement_of_the_table_may_be_sql(object given)
    {
        Assert.That(SqlReader.MayBeSql(((SqlCase)given).Text), Is.True);
    }

    [TestCaseSource(nameof(TSql))]
    public void A_TSql_statement_of_the_table_parses(string text)
    {
        var parser = new Microsoft.SqlServer.TransactSql.ScriptDom.TSql160Parser(initialQuotedIdentifiers: true);
        parser.Parse(new StringReader(text), out var errors);
        Assert.That(errors.Select(e => e.Message), Is.Empty);
    }
}
