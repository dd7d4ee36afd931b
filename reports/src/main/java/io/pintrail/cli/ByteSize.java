// SPDX-License-Identifier: Apache-2.0
package io.pintrail.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes as people write it: {@code 4096}, {@code 64M}, {@code 2G} (powers of 1024). */
final class ByteSize implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        String digits = text.replaceFirst("[KMGT]$", "");
        int shift = digits.equals(text) ? 0 : 10 * (1 + "KMGT".indexOf(text.charAt(text.length() - 1)));
        try {
            long bytes = Math.multiplyExact(Long.parseLong(digits), 1L << shift);
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is not a number of bytes like 4096, 64M or 2G");
        }
        throw new TypeConversionException("'" + text + "' is negative");
    }
}
