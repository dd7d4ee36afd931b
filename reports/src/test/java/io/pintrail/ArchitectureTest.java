// SPDX-License-Identifier: Apache-2.0
package io.pintrail;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The one-way street trace → ship, analysis → stream, report → live → cli, checked over all modules at once. */
@AnalyzeClasses(packages = "io.pintrail", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule dependenciesPointUpstream = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("trace")
            .definedBy("io.pintrail.trace..")
            .layer("ship")
            .definedBy("io.pintrail.ship..", "io.pintrail.broker..")
            .layer("analysis")
            .definedBy("io.pintrail.analysis..")
            .layer("stream")
            .definedBy("io.pintrail.stream..")
            .layer("report")
            .definedBy("io.pintrail.report..")
            .layer("live")
            .definedBy("io.pintrail.live..")
            .layer("cli")
            .definedBy("io.pintrail.cli..")
            .whereLayer("trace")
            .mayNotAccessAnyLayer()
            .whereLayer("ship")
            .mayOnlyAccessLayers("trace")
            .whereLayer("analysis")
            .mayOnlyAccessLayers("trace")
            .whereLayer("stream")
            .mayOnlyAccessLayers("trace", "ship", "analysis")
            .whereLayer("report")
            .mayOnlyAccessLayers("trace", "analysis")
            .whereLayer("live")
            .mayOnlyAccessLayers("trace", "ship", "analysis", "stream", "report")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .withOptionalLayers(true);

    @ArchTest
    static final ArchRule kafkasServerIsBehindOneClass = noClasses()
            .that()
            .resideInAPackage("io.pintrail..")
            .and()
            .doNotHaveSimpleName("EmbeddedBroker")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "scala..", "org.apache.kafka.server..", "org.apache.kafka.metadata..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.pintrail.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints =
            noClasses().that().resideOutsideOfPackage("io.pintrail.cli..").should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule onlyTheCommandLineExits = noClasses()
            .that()
            .resideOutsideOfPackage("io.pintrail.cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);
}
