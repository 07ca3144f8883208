using NUnit.Framework;

namespace RerunSafe.TestKit.NUnit;

/// <summary>Lets a test say <c>Assert.That(report, Is.RerunSafe)</c> with NUnit's own <see cref="Is"/>.</summary>
public static class RerunSafeIs
{
    extension(Is)
    {
        /// <summary>
        /// Holds for a report without failures. Otherwise the message is the story of each failure, and the whole report is attached to
        /// the test as a text file. An extension member of C# 14: with an older language version use <c>new RerunSafeConstraint()</c>.
        /// </summary>
        public static RerunSafeConstraint RerunSafe => new();
    }
}
