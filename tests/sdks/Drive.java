import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sayso.client.ApiClient;
import sayso.client.ApiException;
import sayso.client.api.ArticlesApi;
import sayso.client.api.ArticlesApi.APICreateArticleRequest;
import sayso.client.api.ClaimsApi;
import sayso.client.api.ClaimsApi.APIGetClaimRequest;
import sayso.client.api.ClaimsApi.APIListClaimsRequest;
import sayso.client.api.SourcesApi;
import sayso.client.api.SourcesApi.APIListSourceClaimsRequest;
import sayso.client.model.Claim;
import sayso.client.model.ClaimPage;
import sayso.client.model.FactualityChoice;
import sayso.client.model.NewArticle;
import sayso.client.model.Problem;

/** Drives the generated Java client: {@code java Drive URL KEY} prints what it found as JSON. */
public final class Drive {
  private final ApiClient client = new ApiClient();
  private final ObjectMapper mapper = client.getObjectMapper();

  private Drive(String url) {
    client.updateBaseUri(url);
  }

  private void authorize(String key) {
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
  }

  public static void main(String[] arguments) throws Exception {
    Drive drive = new Drive(arguments[0]);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("claims", drive.claims());
    found.put("certain", drive.certain());
    drive.authorize(arguments[1] + "x");
    found.put("mistyped", drive.mistyped());
    drive.authorize(arguments[1]);
    found.put("outcomes", List.of(drive.store(), drive.store()));
    found.put("missing", drive.missing());
    found.put("refused", drive.refused());
    System.out.println(drive.mapper.writeValueAsString(found));
  }

  /** The ids of all claims of a source, page by page. */
  private List<String> claims() throws ApiException {
    List<String> found = new ArrayList<>();
    String cursor = null;
    do {
      ClaimPage page =
          new SourcesApi(client)
              .listSourceClaims(
                  APIListSourceClaimsRequest.newBuilder().id("associated-press").limit(2).cursor(cursor).build());
      page.getItems().forEach(claim -> found.add(claim.getId()));
      cursor = page.getNext();
    } while (cursor != null);
    return found;
  }

  /** How far the first links of the claims that are certain, or certainly not, commit. */
  private List<String> certain() throws ApiException {
    List<String> found = new ArrayList<>();
    List<FactualityChoice> wanted = List.of(FactualityChoice.CERTAIN, FactualityChoice.CERTAIN_NOT);
    for (Claim claim :
        new ClaimsApi(client)
            .listClaims(
                APIListClaimsRequest.newBuilder().factuality(wanted).publisher(List.of("reuters")).build())
            .getItems()) {
      found.add(claim.getAttributions().get(0).getChain().get(0).getFactuality().getValue());
    }
    return found;
  }

  /** What storing the article did. */
  private String store() throws ApiException {
    NewArticle article =
        new NewArticle().text("A Java client was built in May, the engineers said.").publisher("Reuters");
    return new ArticlesApi(client).createArticle(asking(article)).getOutcome().getValue();
  }

  private static APICreateArticleRequest asking(NewArticle article) {
    return APICreateArticleRequest.newBuilder().newArticle(article).build();
  }

  /** The type of the problem that a mistyped key is. */
  private String mistyped() throws Exception {
    NewArticle article = new NewArticle().text("Nobody spoke.");
    return problem(() -> new ArticlesApi(client).createArticle(asking(article))).getType();
  }

  /** The type of the problem that an unknown id is. */
  private String missing() throws Exception {
    return problem(() -> new ClaimsApi(client).getClaim(APIGetClaimRequest.newBuilder().id("clm_nowhere").build())).getType();
  }

  /** The type of the problem that a bad cursor is, and the parameter that it names. */
  private List<String> refused() throws Exception {
    APIListClaimsRequest request = APIListClaimsRequest.newBuilder().cursor("nonsense").build();
    Problem problem = problem(() -> new ClaimsApi(client).listClaims(request));
    return List.of(problem.getType(), problem.getErrors().get(0).getParameter());
  }

  private interface Call {
    void make() throws ApiException;
  }

  private Problem problem(Call call) throws Exception {
    try {
      call.make();
    } catch (ApiException error) {
      return mapper.readValue(error.getResponseBody(), Problem.class);
    }
    throw new AssertionError("The call did not fail.");
  }
}
