// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; {@code development} when the classes do not come from a jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"pintrail " + (version == null ? "development" : version)};
    }
}
