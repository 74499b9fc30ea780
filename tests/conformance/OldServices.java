import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Map;

import jdk.internal.org.objectweb.asm.ClassReader;
import jdk.internal.org.objectweb.asm.ClassVisitor;
import jdk.internal.org.objectweb.asm.ClassWriter;
import jdk.internal.org.objectweb.asm.MethodVisitor;
import jdk.internal.org.objectweb.asm.Opcodes;

/**
 * Lets ets-wfs20, written for Java 8, run on a Java of today: its Geotoolkit finds its services through ImageIO's
 * registry, which since Java 9 takes none but ImageIO's. The two checks that say so are made to say nothing. Given to
 * java as -javaagent.
 */
public final class OldServices implements ClassFileTransformer {
    private static final Map<String, String> SILENCED = Map.of(
            "javax/imageio/spi/ServiceRegistry", "checkClassAllowed",
            "java/util/ServiceLoader", "checkCaller");

    public static void premain(String args, Instrumentation instrumentation) throws Exception {
        instrumentation.addTransformer(new OldServices(), true);
        for (String name : SILENCED.keySet())
            instrumentation.retransformClasses(Class.forName(name.replace('/', '.')));
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> old, ProtectionDomain domain, byte[] bytes) {
        String silenced = name == null ? null : SILENCED.get(name);
        if (silenced == null)
            return null;
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new ClassVisitor(Opcodes.ASM8, writer) {
            @Override
            public MethodVisitor visitMethod(int access, String method, String type, String generic, String[] thrown) {
                MethodVisitor out = super.visitMethod(access, method, type, generic, thrown);
                if (!method.equals(silenced))
                    return out;
                out.visitCode();
                out.visitInsn(Opcodes.RETURN);
                out.visitMaxs(0, 0);
                out.visitEnd();
                return null;
            }
        }, 0);
        return writer.toByteArray();
    }
}
