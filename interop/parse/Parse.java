import com.sun.source.util.JavacTask;
import java.nio.charset.StandardCharsets;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Parses Java files, and exits with 1 if one has an error. It compiles nothing, since the libraries that the files
 * import are in no package of Debian.
 */
public class Parse {
    public static void main(String[] files) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        var sources = compiler.getStandardFileManager(found, null, StandardCharsets.UTF_8);
        var task = compiler.getTask(null, sources, found, null, null, sources.getJavaFileObjects(files));
        ((JavacTask) task).parse();
        var failed = false;
        for (var diagnostic : found.getDiagnostics()) {
            System.err.println(diagnostic);
            failed |= diagnostic.getKind() == Diagnostic.Kind.ERROR;
        }
        System.exit(failed ? 1 : 0);
    }
}
