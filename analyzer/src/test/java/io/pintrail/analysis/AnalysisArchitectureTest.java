// SPDX-License-Identifier: Apache-2.0
package io.pintrail.analysis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The analysis consumes events and knows neither where they came from nor how its findings are shown. */
@AnalyzeClasses(packages = "io.pintrail", importOptions = DoNotIncludeTests.class)
class AnalysisArchitectureTest {
    private static final String ANALYSIS = "io.pintrail.analysis..";

    @ArchTest
    static final ArchRule analysisKnowsNoFace = noClasses()
            .that()
            .resideInAPackage(ANALYSIS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pintrail.report..", "io.pintrail.cli..");

    @ArchTest
    static final ArchRule analysisNeverPrints =
            noClasses().that().resideInAPackage(ANALYSIS).should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule analysisNeverExits = noClasses()
            .that()
            .resideInAPackage(ANALYSIS)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
}
