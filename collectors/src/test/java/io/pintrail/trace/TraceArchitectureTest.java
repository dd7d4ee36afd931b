// SPDX-License-Identifier: Apache-2.0
package io.pintrail.trace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The trace is upstream of everything: it knows no consumer, and a library never prints or exits. */
@AnalyzeClasses(packages = "io.pintrail", importOptions = DoNotIncludeTests.class)
class TraceArchitectureTest {
    @ArchTest
    static final ArchRule traceKnowsNothingDownstream = noClasses()
            .that()
            .resideInAPackage("io.pintrail.trace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pintrail.analysis..", "io.pintrail.report..", "io.pintrail.cli..");

    @ArchTest
    static final ArchRule traceNeverPrints = noClasses().should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule traceNeverExits = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
}
