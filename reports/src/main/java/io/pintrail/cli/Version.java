// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; {@code development} when the classes do not come from a jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return "pintrail " + (version == null ? "development" : version);
    }
}
